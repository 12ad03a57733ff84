package dir

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// A file that is held stays, whoever sweeps at the moment at which it is made.
func TestHeldFilesStay(t *testing.T) {
	folder := t.TempDir()
	var makers, sweepers sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		sweepers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				files, _ := filepath.Glob(filepath.Join(folder, "*"))
				for _, file := range files {
					removeAbandoned(file, time.Now().Add(-time.Hour))
				}
			}
		})
		makers.Go(func() {
			for range 2000 {
				f, err := createHeld(filepath.Join(folder, "draft-"))
				if err != nil {
					t.Error(err)
					return
				}
				for range 3 {
					if _, err := os.Lstat(f.Name()); err != nil {
						t.Error(err)
						f.Close()
						return
					}
				}
				os.Remove(f.Name())
				f.Close()
			}
		})
	}
	makers.Wait()
	close(done)
	sweepers.Wait()
}
