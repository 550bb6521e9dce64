impl :: bincode :: Encode for Log
{
    fn encode < __E : :: bincode :: enc :: Encoder >
    (& self, encoder : & mut __E) ->core :: result :: Result < (), :: bincode
    :: error :: EncodeError >
    {
        :: bincode :: Encode :: encode(&self.address, encoder) ?; :: bincode
        :: Encode :: encode(&self.identity, encoder) ?; :: bincode :: Encode
        :: encode(&self.userid, encoder) ?; :: bincode :: Encode ::
        encode(&self.date, encoder) ?; :: bincode :: Encode ::
        encode(&self.request, encoder) ?; :: bincode :: Encode ::
        encode(&self.code, encoder) ?; :: bincode :: Encode ::
        encode(&self.size, encoder) ?; core :: result :: Result :: Ok(())
    }
}