impl < __Context > :: bincode :: Decode < __Context > for Vertex
{
    fn decode < __D : :: bincode :: de :: Decoder < Context = __Context > >
    (decoder : & mut __D) ->core :: result :: Result < Self, :: bincode ::
    error :: DecodeError >
    {
        core :: result :: Result ::
        Ok(Self
        {
            position : :: bincode :: Decode :: decode(decoder) ?, normal : ::
            bincode :: Decode :: decode(decoder) ?, texture : :: bincode ::
            Decode :: decode(decoder) ?, colour : :: bincode :: Decode ::
            decode(decoder) ?, material : :: bincode :: Decode ::
            decode(decoder) ?, reserved : :: bincode :: Decode ::
            decode(decoder) ?,
        })
    }
} impl < '__de, __Context > :: bincode :: BorrowDecode < '__de, __Context >
for Vertex
{
    fn borrow_decode < __D : :: bincode :: de :: BorrowDecoder < '__de,
    Context = __Context > > (decoder : & mut __D) ->core :: result :: Result <
    Self, :: bincode :: error :: DecodeError >
    {
        core :: result :: Result ::
        Ok(Self
        {
            position : :: bincode :: BorrowDecode ::< '_, __Context >::
            borrow_decode(decoder) ?, normal : :: bincode :: BorrowDecode ::<
            '_, __Context >:: borrow_decode(decoder) ?, texture : :: bincode
            :: BorrowDecode ::< '_, __Context >:: borrow_decode(decoder) ?,
            colour : :: bincode :: BorrowDecode ::< '_, __Context >::
            borrow_decode(decoder) ?, material : :: bincode :: BorrowDecode
            ::< '_, __Context >:: borrow_decode(decoder) ?, reserved : ::
            bincode :: BorrowDecode ::< '_, __Context >::
            borrow_decode(decoder) ?,
        })
    }
}