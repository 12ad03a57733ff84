package dir

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// inotify tells when a file is closed that was written to, which libraries for all systems
// don't.
type inotify struct {
	file *os.File
	out  chan notice
	end  chan struct{}
	once sync.Once

	mu      sync.Mutex
	folders map[int]string // by watch
	watches map[string]int
}

// newNotifier returns the system's watch.
func newNotifier() (notifier, error) {
	fd, err := syscall.InotifyInit1(syscall.IN_CLOEXEC | syscall.IN_NONBLOCK)
	if errors.Is(err, syscall.EMFILE) {
		return nil, fmt.Errorf("inotify: %w: raise fs.inotify.max_user_instances", err)
	}
	if err != nil {
		return nil, os.NewSyscallError("inotify_init1", err)
	}
	n := &inotify{
		file: os.NewFile(uintptr(fd), "inotify"), out: make(chan notice), end: make(chan struct{}),
		folders: map[int]string{}, watches: map[string]int{},
	}
	go n.read()
	return n, nil
}

const watched = syscall.IN_CREATE | syscall.IN_MODIFY | syscall.IN_CLOSE_WRITE | syscall.IN_ATTRIB |
	syscall.IN_MOVED_FROM | syscall.IN_MOVED_TO | syscall.IN_DELETE | syscall.IN_DELETE_SELF | syscall.IN_MOVE_SELF |
	syscall.IN_ONLYDIR | syscall.IN_EXCL_UNLINK

func (n *inotify) add(folder string) error {
	raw, err := n.file.SyscallConn()
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	var watch int
	if failed := raw.Control(func(fd uintptr) { watch, err = syscall.InotifyAddWatch(int(fd), folder, watched) }); failed != nil {
		return failed
	}
	switch {
	case errors.Is(err, syscall.ENOTDIR):
		return fs.ErrNotExist // another thing has its name now
	case errors.Is(err, syscall.ENOSPC):
		return errors.New("there are more folders than the system watches: raise fs.inotify.max_user_watches")
	case err != nil:
		return err
	}
	n.folders[watch], n.watches[folder] = folder, watch
	return nil
}

func (n *inotify) remove(folder string) {
	raw, err := n.file.SyscallConn()
	if err != nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	watch := n.watches[folder]
	delete(n.watches, folder)
	delete(n.folders, watch)
	raw.Control(func(fd uintptr) { syscall.InotifyRmWatch(int(fd), uint32(watch)) }) // fails if the folder is gone
}

func (n *inotify) notices() <-chan notice { return n.out }

// Close ends the watch.
func (n *inotify) Close() error {
	n.once.Do(func() { close(n.end) })
	return n.file.Close()
}

// read hands on what the system says, until Close.
func (n *inotify) read() {
	defer close(n.out)
	buf := make([]byte, 64<<10)
	for {
		length, err := n.file.Read(buf)
		if err != nil {
			if !errors.Is(err, os.ErrClosed) {
				n.send(notice{err: err})
			}
			return
		}
		for rest := buf[:length]; len(rest) >= syscall.SizeofInotifyEvent; {
			watch := int(int32(binary.NativeEndian.Uint32(rest)))
			mask := binary.NativeEndian.Uint32(rest[4:])
			end := syscall.SizeofInotifyEvent + int(binary.NativeEndian.Uint32(rest[12:]))
			name, _, _ := bytes.Cut(rest[syscall.SizeofInotifyEvent:end], []byte{0})
			rest = rest[end:]
			if heard, ok := n.translate(watch, mask, string(name)); ok && !n.send(heard) {
				return
			}
		}
	}
}

func (n *inotify) send(heard notice) bool {
	select {
	case n.out <- heard:
		return true
	case <-n.end:
		return false
	}
}

// translate returns what an event means, if it means anything.
func (n *inotify) translate(watch int, mask uint32, name string) (notice, bool) {
	if mask&syscall.IN_Q_OVERFLOW != 0 {
		return notice{err: errOverflow}, true
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	parent, ok := n.folders[watch]
	if !ok {
		return notice{}, false // of a folder that is gone
	}
	has := func(bits uint32) bool { return mask&bits != 0 }
	heard := notice{path: filepath.Join(parent, name)}
	switch {
	case has(syscall.IN_IGNORED):
		delete(n.folders, watch)
		if n.watches[parent] == watch {
			delete(n.watches, parent)
		}
		return heard, false
	case has(syscall.IN_DELETE_SELF | syscall.IN_MOVE_SELF):
		heard.sign = moved
	case has(syscall.IN_ISDIR):
		if heard.sign = folder; has(syscall.IN_DELETE | syscall.IN_MOVED_FROM) {
			heard.sign = gone
		}
		return heard, name != "" // else its own times and rights
	case has(syscall.IN_CLOSE_WRITE | syscall.IN_MOVED_FROM | syscall.IN_MOVED_TO | syscall.IN_DELETE):
		heard.sign = done
	case has(syscall.IN_MODIFY):
		heard.sign = writing
	case has(syscall.IN_CREATE):
		heard.sign = made
	case name != "": // attributes
		heard.sign = touched
	default:
		return heard, false
	}
	return heard, true
}
