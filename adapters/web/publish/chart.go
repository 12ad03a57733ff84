package publish

import (
	"fmt"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/look"
)

// A chart is numbers over the versions of a source, as a picture that needs no script.
type chart struct {
	ID, Title, Description string
	Line                   string // points of the line
	Dots                   []dot
	Most                   string // what the top stands for
	First, Last            time.Time
}

type dot struct {
	X, Y  float64
	Label string
}

// The measures of the line within the picture of templates/chart.html.
const (
	chartLeft, chartRight = 6.0, 414.0  // of 420
	chartTop, chartBottom = 26.0, 140.0 // of 166
)

// chartsOf returns rows and speed over versions; none where there is nothing to compare.
func chartsOf(versions []dynasette.Version) []chart {
	var charts []chart
	rows := newChart("chart-rows", "Rows", versions, func(v dynasette.Version) (float64, bool) { return float64(v.Rows), true },
		func(n float64) string { return look.Thousands(int64(n)) + " rows" })
	speed := newChart("chart-speed", "Speed of conversion", versions, func(v dynasette.Version) (float64, bool) {
		return float64(v.Read) / v.Took.Seconds(), v.Took > 0
	}, func(n float64) string { return look.Size(int64(n)) + " a second" })
	for _, c := range []chart{rows, speed} {
		if len(c.Dots) > 1 {
			charts = append(charts, c)
		}
	}
	return charts
}

// newChart places one dot for each version of which something is known, evenly: what was uploaded ten times in a
// minute and then not for a month is eleven dots all the same.
func newChart(id, title string, versions []dynasette.Version, value func(dynasette.Version) (float64, bool), say func(float64) string) chart {
	c := chart{ID: id, Title: title}
	var known []dynasette.Version
	most := 0.0
	for _, v := range versions {
		if n, ok := value(v); ok {
			known, most = append(known, v), max(most, n)
		}
	}
	if len(known) < 2 {
		return c
	}
	var line strings.Builder
	for i, v := range known {
		n, _ := value(v)
		x := chartLeft + (chartRight-chartLeft)*float64(i)/float64(len(known)-1)
		y := chartBottom - (chartBottom-chartTop)*n/max(most, 1)
		c.Dots = append(c.Dots, dot{round(x), round(y), v.Time.Format("2 Jan 2006, 15:04") + ": " + say(n)})
		fmt.Fprintf(&line, "%g,%g ", round(x), round(y))
	}
	first, _ := value(known[0])
	last, _ := value(known[len(known)-1])
	c.Line, c.Most = strings.TrimSpace(line.String()), say(most)
	c.First, c.Last = known[0].Time, known[len(known)-1].Time
	c.Description = fmt.Sprintf("%d versions: %s at first, %s now, %s at most. The table below has all numbers.", len(known), say(first), say(last), say(most))
	return c
}

func round(x float64) float64 { return float64(int64(x*10+0.5)) / 10 }
