package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// grid lays cells out in columns, the first to the left and others to the right: as Markdown or as plain
// text. The first row is the header.
func grid(rows [][]string, markdown bool) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, c := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	for n, row := range rows {
		var line strings.Builder
		for i, c := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if i > 0 {
				pad, c = "", pad+c
			}
			if markdown {
				line.WriteString("| " + c + pad + " ")
			} else {
				line.WriteString(c + pad + "  ")
			}
		}
		if markdown {
			line.WriteString("|")
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
		if n == 0 && markdown {
			b.WriteString("|" + strings.Repeat("-", widths[0]+2) + "|")
			for _, w := range widths[1:] {
				b.WriteString(strings.Repeat("-", w+1) + ":|")
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// report says what became of a comparison: a table, and what is to be known of it. (× is how many times ours.)
func (r *result) report(markdown bool) string {
	rows := [][]string{{"program", "time", "CPU", "MB/s", "rows/s", "memory", "× time", "× CPU", "runs"}}
	var notes []string
	for _, o := range r.outcomes {
		if o.failed != nil {
			notes = append(notes, fmt.Sprintf("%s failed: %v", o.program, o.failed))
			continue
		}
		megabytes, perSecond := r.perSecond(o)
		rows = append(rows, []string{o.program, seconds(o.cost.wall.Seconds()), seconds(o.cost.cpu.Seconds()), figure(megabytes), thousands(int64(perSecond)),
			memory(o.cost.memory), figure(o.wall), figure(o.cpu), fmt.Sprint(o.runs)})
		if len(o.differs) > 0 {
			notes = append(notes, o.program+" makes something else of it: "+first(3, o.differs))
		}
	}
	var b strings.Builder
	title := fmt.Sprintf("%s: %s; %s rows, %s MB", r.name, r.what, thousands(int64(r.rows)), figure(float64(r.bytes)/1e6))
	if markdown {
		title = "**" + title + "**\n"
	}
	b.WriteString(title + "\n" + grid(rows, markdown))
	for _, note := range notes {
		if markdown {
			b.WriteString("\n")
		}
		b.WriteString(note + "\n")
	}
	return b.String()
}

// first are the first of many.
func first(n int, of []string) string {
	if len(of) <= n+1 {
		return strings.Join(of, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(of[:n], "; "), len(of)-n)
}

// summary is a table of what each program took for each document, and how many times ours that is.
func summary(results []*result, markdown bool) string {
	var programs []string
	for _, r := range results {
		for _, o := range r.outcomes {
			if !slices.Contains(programs, o.program) {
				programs = append(programs, o.program)
			}
		}
	}
	rows := [][]string{append([]string{"document", "MB"}, programs...)}
	for _, r := range results {
		row := []string{r.name, figure(float64(r.bytes) / 1e6)}
		for _, program := range programs {
			said := ""
			for i, o := range r.outcomes {
				switch {
				case o.program != program:
				case o.failed != nil:
					said = "fails"
				case i == 0:
					said = seconds(o.cost.wall.Seconds())
				default:
					said = fmt.Sprintf("%s × %s", seconds(o.cost.wall.Seconds()), figure(o.wall))
				}
			}
			row = append(row, said)
		}
		rows = append(rows, row)
	}
	return grid(rows, markdown)
}

func seconds(s float64) string { return fmt.Sprintf("%.2f s", s) }

func memory(bytes int64) string {
	if bytes == 0 {
		return "?"
	}
	return fmt.Sprintf("%.0f MB", float64(bytes)/1e6)
}

// figure spells a number with a digit behind the point if it is a small one.
func figure(f float64) string {
	if f < 19.95 {
		return fmt.Sprintf("%.1f", f)
	}
	return thousands(int64(f + .5))
}

// thousands spells a number with commas.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
