package charset

// Guess returns the encoding that the text most likely has, if it is not UTF-8, and the one
// that comes next.
func (s *Survey) Guess() (name, next string) { return Default, "" }
