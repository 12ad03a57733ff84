package values

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// histogram counts numbers in ranges of one width, which is 1, 2 or 5 times a power of ten. None is for
// numbers that are infinitely apart.
func histogram(numbers []float64, whole bool) []Bar {
	numbers = slices.DeleteFunc(numbers, func(x float64) bool { return math.IsInf(x, 0) || math.IsNaN(x) })
	if len(numbers) == 0 {
		return nil
	}
	least, most := slices.Min(numbers), slices.Max(numbers)
	if math.IsInf(most-least, 0) {
		return nil
	}
	step := nice((most - least) / maxBars)
	if whole {
		step = max(step, 1)
	}
	if step == 0 || math.Abs(least)/step > 1<<52 || math.Abs(most)/step > 1<<52 { // all the same, nearly
		return []Bar{{Spell(least), int64(len(numbers))}}
	}
	first := steps(least, step)
	bars := make([]Bar, int(steps(most, step)-first)+1)
	for i := range bars {
		from := (first + float64(i)) * step
		switch {
		case whole && step == 1:
			bars[i].Label = decimal(from, step)
		case whole:
			bars[i].Label = decimal(from, step) + " to " + decimal(from+step-1, step)
		default:
			bars[i].Label = decimal(from, step) + " to " + decimal(from+step, step)
		}
	}
	for _, x := range numbers {
		i := int(steps(x, step) - first)
		bars[min(max(i, 0), len(bars)-1)].Rows++
	}
	return bars
}

// steps returns how many steps are below x: 0.3 is three of 0.1, whatever dividing says.
func steps(x, step float64) float64 {
	n := x / step
	if near := math.Round(n); math.Abs(n-near) < 1e-9*max(1, math.Abs(n)) {
		return near
	}
	return math.Floor(n)
}

// nice returns the least of 1, 2 or 5 times a power of ten that is no less.
func nice(x float64) float64 {
	if x <= 0 {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, times := range []float64{1, 2, 5} {
		if power*times >= x {
			return power * times
		}
	}
	return power * 10
}

// decimal writes a multiple of a step.
func decimal(x, step float64) string {
	if math.Abs(x) >= 1e15 || step < 1e-9 {
		return strconv.FormatFloat(x, 'g', 6, 64)
	}
	return strconv.FormatFloat(x+0, 'f', max(0, int(math.Ceil(-math.Log10(step)-1e-9))), 64)
}

// dayOf returns the day of a date, with a time or without one, as days since 1970.
func dayOf(text string) (day int64, ok bool) {
	const layout = "2006-01-02"
	if len(text) < len(layout) || len(text) > len(layout) && text[len(layout)] != 'T' && text[len(layout)] != ' ' || len(text) > 40 {
		return 0, false
	}
	t, err := time.Parse(layout, text[:len(layout)])
	return t.Unix() / (24 * 60 * 60), err == nil
}

// calendar counts dates by days, months, years or longer.
func calendar(days []int64) []Bar {
	first, last := timeOf(slices.Min(days)), timeOf(slices.Max(days))
	years := last.Year() - first.Year()
	months := 12*years + int(last.Month()) - int(first.Month())
	var at func(t time.Time) int // the number of a bar, from any one on
	var label func(n int) string
	switch span := int(last.Sub(first).Hours()/24) + 1; {
	case span <= 2*maxBars:
		at = func(t time.Time) int { return int(t.Unix() / (24 * 60 * 60)) }
		label = func(n int) string { return timeOf(int64(n)).Format("2 Jan 2006") }
	case months < 2*maxBars:
		at = func(t time.Time) int { return 12*t.Year() + int(t.Month()) - 1 }
		label = func(n int) string { return time.Date(0, time.Month(n+1), 1, 0, 0, 0, 0, time.UTC).Format("Jan 2006") }
	default:
		each := 1
		for _, each = range []int{1, 5, 10, 50, 100, 500, 1000} {
			if years/each < 2*maxBars-1 {
				break
			}
		}
		at = func(t time.Time) int { return t.Year() / each }
		label = func(n int) string {
			if each == 1 {
				return fmt.Sprintf("%04d", n)
			}
			return fmt.Sprintf("%04d to %04d", n*each, n*each+each-1)
		}
	}
	from := at(first)
	bars := make([]Bar, at(last)-from+1)
	for i := range bars {
		bars[i].Label = label(from + i)
	}
	for _, day := range days {
		bars[at(timeOf(day))-from].Rows++
	}
	return bars
}

func timeOf(day int64) time.Time { return time.Unix(day*24*60*60, 0).UTC() }
