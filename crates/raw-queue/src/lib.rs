//! A singly linked queue with a raw tail pointer, sound under Stacked and Tree Borrows
