package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Measures of the chart, in pixels.
const (
	chartWidth = 720
	barLeft    = 190
	barRight   = chartWidth - 150 // figures stand behind bars
	barHeight  = 14
	barStep    = 18
	groupHead  = 26
	chartHead  = 34
)

// chartStyle has colours that are told apart and read on a light and on a dark page.
const chartStyle = `text{font:12px system-ui,sans-serif;fill:#1f2328}.h{font-weight:600}.n{fill:#59636e}.o{fill:#0a7d4f}.p{fill:#8c959f}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.n{fill:#9198a1}.o{fill:#3fb97f}.p{fill:#6e7681}}`

// chart draws how many megabytes a second each program reads: bars, a group for each comparison, with a scale
// of its own. A program that failed has none.
func chart(w io.Writer, title string, results []*result) error {
	var b, words strings.Builder
	y := chartHead
	for _, r := range results {
		most := 0.0
		for _, o := range r.outcomes {
			if megabytes, _ := r.perSecond(o); o.failed == nil {
				most = max(most, megabytes)
			}
		}
		fmt.Fprintf(&b, `<text class="h" x="8" y="%d">%s</text><text class="n" x="%d" y="%d">%s</text>`+"\n", y+16, escaped(r.name), barLeft, y+16,
			escaped(fmt.Sprintf("%s, %s MB", r.what, figure(float64(r.bytes)/1e6))))
		fmt.Fprintf(&words, "%s:", r.name)
		y += groupHead
		for i, o := range r.outcomes {
			if o.failed != nil {
				continue
			}
			class := "p"
			said := fmt.Sprintf("%s, %s times as long", rate(r, o), figure(o.wall))
			if i == 0 {
				class, said = "o", rate(r, o)
			}
			megabytes, _ := r.perSecond(o)
			width := max(1, int(megabytes/most*(barRight-barLeft)))
			fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text><rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="2"/><text class="n" x="%d" y="%d">%s</text>`+"\n",
				barLeft-8, y+11, escaped(o.program), class, barLeft, y, width, barHeight, barLeft+width+6, y+11, escaped(said))
			fmt.Fprintf(&words, " %s %s;", o.program, said)
			y += barStep
		}
		words.WriteByte('\n')
		y += 6
	}
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="t d">
<title id="t">%s</title>
<desc id="d">%s</desc>
<style>%s</style>
<text class="h" x="8" y="18">%s</text>
%s</svg>
`, chartWidth, y+4, chartWidth, y+4, escaped(title), escaped(strings.TrimSpace(words.String())), chartStyle, escaped(title), b.String())
	return err
}

func rate(r *result, o outcome) string {
	megabytes, _ := r.perSecond(o)
	return figure(megabytes) + " MB/s"
}

func escaped(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s))
	return b.String()
}
