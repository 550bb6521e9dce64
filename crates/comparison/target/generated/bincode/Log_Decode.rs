impl < __Context > :: bincode :: Decode < __Context > for Log
{
    fn decode < __D : :: bincode :: de :: Decoder < Context = __Context > >
    (decoder : & mut __D) ->core :: result :: Result < Self, :: bincode ::
    error :: DecodeError >
    {
        core :: result :: Result ::
        Ok(Self
        {
            address : :: bincode :: Decode :: decode(decoder) ?, identity : ::
            bincode :: Decode :: decode(decoder) ?, userid : :: bincode ::
            Decode :: decode(decoder) ?, date : :: bincode :: Decode ::
            decode(decoder) ?, request : :: bincode :: Decode ::
            decode(decoder) ?, code : :: bincode :: Decode :: decode(decoder)
            ?, size : :: bincode :: Decode :: decode(decoder) ?,
        })
    }
} impl < '__de, __Context > :: bincode :: BorrowDecode < '__de, __Context >
for Log
{
    fn borrow_decode < __D : :: bincode :: de :: BorrowDecoder < '__de,
    Context = __Context > > (decoder : & mut __D) ->core :: result :: Result <
    Self, :: bincode :: error :: DecodeError >
    {
        core :: result :: Result ::
        Ok(Self
        {
            address : :: bincode :: BorrowDecode ::< '_, __Context >::
            borrow_decode(decoder) ?, identity : :: bincode :: BorrowDecode
            ::< '_, __Context >:: borrow_decode(decoder) ?, userid : ::
            bincode :: BorrowDecode ::< '_, __Context >::
            borrow_decode(decoder) ?, date : :: bincode :: BorrowDecode ::<
            '_, __Context >:: borrow_decode(decoder) ?, request : :: bincode
            :: BorrowDecode ::< '_, __Context >:: borrow_decode(decoder) ?,
            code : :: bincode :: BorrowDecode ::< '_, __Context >::
            borrow_decode(decoder) ?, size : :: bincode :: BorrowDecode ::<
            '_, __Context >:: borrow_decode(decoder) ?,
        })
    }
}