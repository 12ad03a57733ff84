package markup

import (
	"errors"
	"fmt"

	"github.com/dynasette/dynasette/converter"
)

// ErrEncoding is that XML is not in the encoding that it is read in.
var ErrEncoding = errors.New("the XML is not UTF-8")

// Corrupt says where in a part the document is, or where it went over a limit.
func Corrupt(err error, part string, offset int64) error {
	if errors.Is(err, converter.ErrLimit) {
		return fmt.Errorf("%s, byte %d of its XML: %w", part, offset, err)
	}
	return fmt.Errorf("%w: %s, byte %d of its XML: %w", converter.ErrCorrupt, part, offset, err)
}
