impl :: bincode :: Encode for Vertex
{
    fn encode < __E : :: bincode :: enc :: Encoder >
    (& self, encoder : & mut __E) ->core :: result :: Result < (), :: bincode
    :: error :: EncodeError >
    {
        :: bincode :: Encode :: encode(&self.position, encoder) ?; :: bincode
        :: Encode :: encode(&self.normal, encoder) ?; :: bincode :: Encode ::
        encode(&self.texture, encoder) ?; :: bincode :: Encode ::
        encode(&self.colour, encoder) ?; :: bincode :: Encode ::
        encode(&self.material, encoder) ?; :: bincode :: Encode ::
        encode(&self.reserved, encoder) ?; core :: result :: Result :: Ok(())
    }
}