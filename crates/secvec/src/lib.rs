//! A lock-free growable vector with push, pop, get and set, after Dechev, Pirkelbauer and Stroustrup (2006)
