// Command bench counts what the pipeline asks of Cloud Storage for each operation, and how long
// that takes where a call takes its time:
//
//	go run ./adapters/gcp/bench [-sources 100,1000,3000] [-delays 0,50ms] [-interval 1s]
//
// The real clients and the real pipeline run against a stand-in in this process, which counts
// requests. Classes are what Cloud Storage bills: A is writes, lists and compositions, B is reads;
// to delete is free. Times are until it is served, and, if it is longer, until what nobody
// needs any more is deleted; they include that others are waited for (0.1 s after a lone change).
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	sources := flag.String("sources", "100,1000,3000", "how many uploads there are")
	delays := flag.String("delays", "0,50ms", "how long each call waits")
	interval := flag.Duration("interval", 0, "between two writes to one name; the service takes one a second")
	verbose := flag.Bool("v", false, "tell what the calls are")
	flag.Parse()
	if err := table(context.Background(), *sources, *delays, *interval, *verbose); err != nil {
		log.Fatal(err)
	}
}

// table prints the table, a part for each number of uploads.
func table(ctx context.Context, sources, delays string, interval time.Duration, verbose bool) error {
	var waits []time.Duration
	for text := range strings.SplitSeq(delays, ",") {
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("-delays: %w", err)
		}
		waits = append(waits, d)
	}
	fmt.Print("| uploads | operation | calls | A | B | free | kB sent | kB got |")
	for _, d := range waits {
		fmt.Printf(" at %v a call |", d)
	}
	fmt.Print("\n|---:|---|", strings.Repeat("---:|", 6+len(waits)), "\n")
	for text := range strings.SplitSeq(sources, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("-sources: %w", err)
		}
		var runs [][]measured
		for _, delay := range waits {
			s, err := newSystem(ctx, options{interval: interval, burst: 40})
			if err != nil {
				return err
			}
			all, err := run(ctx, s, n, delay)
			s.Close()
			if err != nil {
				return fmt.Errorf("%d uploads: %w", n, err)
			}
			runs = append(runs, all)
		}
		for i, m := range runs[0] {
			fmt.Printf("| %d | %s | %d | %d | %d | %d | %.1f | %.1f |", n, m.what, m.Calls(), m.A, m.B, m.Free, float64(m.Sent)/1e3, float64(m.Got)/1e3)
			for _, all := range runs {
				fmt.Printf(" %s |", all[i].took())
			}
			fmt.Println()
			if verbose {
				for _, what := range slices.Sorted(maps.Keys(m.By)) {
					fmt.Fprintf(os.Stderr, "%s %d  ", what, m.By[what])
				}
				fmt.Fprintf(os.Stderr, "(%d at once)\n", m.AtOnce)
			}
		}
	}
	return nil
}

// took is how long it was, until it was served and in all.
func (m measured) took() string {
	served, whole := seconds(m.served), seconds(m.whole)
	if served == whole {
		return served
	}
	return served + ", " + whole
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
