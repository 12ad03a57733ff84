package charset

// A Decoder decodes short texts, each of them whole, as a document's cells are. It is for one
// goroutine at a time.
type Decoder struct {
	Strays  int64 // bytes that are no characters of the encoding, so far
	decoder decoder
}

// NewDecoder returns a decoder of texts in an encoding; its name is one of Names.
func NewDecoder(name string) *Decoder { return &Decoder{decoder: newDecoder(name)} }

// Append appends a text in UTF-8.
func (d *Decoder) Append(dst, text []byte) []byte {
	if m, ok := d.decoder.(multiByte); ok {
		m.Reset()
	}
	dst, _ = d.decoder.decode(dst, text, true, func(int, int, byte) { d.Strays++ })
	return dst
}
