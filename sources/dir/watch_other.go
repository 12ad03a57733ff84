//go:build !linux

package dir

import (
	"errors"
	"os"
	"sync"

	"github.com/fsnotify/fsnotify"
)

// events is the watch of a system that doesn't tell when a file is closed.
type events struct {
	*fsnotify.Watcher
	out chan notice
	end chan struct{}

	once    sync.Once
	mu      sync.Mutex
	folders map[string]bool
}

// newNotifier returns the system's watch.
func newNotifier() (notifier, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	e := &events{Watcher: w, out: make(chan notice), end: make(chan struct{}), folders: map[string]bool{}}
	go e.read()
	return e, nil
}

func (e *events) add(folder string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	err := e.Watcher.Add(folder)
	e.folders[folder] = err == nil
	return err
}

func (e *events) remove(folder string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.Watcher.Remove(folder)
	delete(e.folders, folder)
}

func (e *events) notices() <-chan notice { return e.out }

// Close ends the watch.
func (e *events) Close() error {
	e.once.Do(func() { close(e.end) })
	return e.Watcher.Close()
}

// read hands on what the system says, until Close.
func (e *events) read() {
	defer close(e.out)
	for {
		var heard notice
		select {
		case event, ok := <-e.Watcher.Events:
			if !ok {
				return
			}
			if event.Op == fsnotify.Chmod { // of which some systems' indexers make many
				continue
			}
			heard = e.translate(event)
		case err, ok := <-e.Watcher.Errors:
			if !ok {
				return
			}
			if heard.err = err; errors.Is(err, fsnotify.ErrEventOverflow) {
				heard.err = errOverflow
			}
		}
		select {
		case e.out <- heard:
		case <-e.end:
			return
		}
	}
}

// translate returns what an event means. Of a file that is not there any more, nobody writes.
func (e *events) translate(event fsnotify.Event) notice {
	heard := notice{path: event.Name, sign: touched}
	info, err := os.Lstat(event.Name)
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case err == nil && info.IsDir():
		heard.sign = folder
	case e.folders[event.Name]:
		heard.sign = gone
	case err != nil:
		heard.sign = done
	}
	return heard
}
