package converter

func stem(name string) string { panic("soon") }
