impl :: bincode :: Encode for Address
{
    fn encode < __E : :: bincode :: enc :: Encoder >
    (& self, encoder : & mut __E) ->core :: result :: Result < (), :: bincode
    :: error :: EncodeError >
    {
        :: bincode :: Encode :: encode(&self.x0, encoder) ?; :: bincode ::
        Encode :: encode(&self.x1, encoder) ?; :: bincode :: Encode ::
        encode(&self.x2, encoder) ?; :: bincode :: Encode ::
        encode(&self.x3, encoder) ?; core :: result :: Result :: Ok(())
    }
}