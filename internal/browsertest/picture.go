package browsertest

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
)

// screenshots is the variable that names the folder for what Screenshot takes.
const screenshots = "DYNASETTE_SCREENSHOTS"

// Window makes the page that large.
func (b *Browser) Window(width, height int) {
	b.t.Helper()
	b.Do(chromedp.EmulateViewport(int64(width), int64(height)))
}

// Picture takes a picture of what of the page is in the window, small enough for a repository, and keeps it as
// Screenshot does.
func (b *Browser) Picture(name string) {
	b.t.Helper()
	b.keep(name, chromedp.CaptureScreenshot(), fewerColors)
}

// Screenshot takes a picture of all of the page, and keeps it as NAME.png, where the environment names
// a folder for it.
func (b *Browser) Screenshot(name string) {
	b.t.Helper()
	b.keep(name, chromedp.FullScreenshot(100), func(picture []byte) ([]byte, error) { return picture, nil })
}

func (b *Browser) keep(name string, take chromedp.Action[[]byte], finish func([]byte) ([]byte, error)) {
	b.t.Helper()
	folder := os.Getenv(screenshots)
	if folder == "" {
		return
	}
	picture, err := finish(Run(b, take))
	if err == nil {
		err = os.MkdirAll(folder, 0o755)
	}
	if err == nil {
		name = strings.NewReplacer("/", "-", " ", "-").Replace(name) + ".png"
		err = os.WriteFile(filepath.Join(folder, name), picture, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// fewerColors returns a picture in its 256 commonest colours. Pages have few, but for the edges of letters.
func fewerColors(picture []byte) ([]byte, error) {
	from, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	size := from.Bounds()
	count := map[color.Color]int{}
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			count[from.At(x, y)]++
		}
	}
	commonest := slices.SortedFunc(maps.Keys(count), func(a, b color.Color) int { return cmp.Compare(count[b], count[a]) })
	to := image.NewPaletted(size, commonest[:min(len(commonest), 256)])
	nearest := map[color.Color]uint8{}
	for c := range count {
		nearest[c] = uint8(to.Palette.Index(c))
	}
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			to.SetColorIndex(x, y, nearest[from.At(x, y)])
		}
	}
	var b bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, to)
	return b.Bytes(), err
}
