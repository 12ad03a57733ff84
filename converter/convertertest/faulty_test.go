package convertertest

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/dynasette/dynasette/converter"
)

// faulty converters, by what the suite has to say of them.
var faulty = map[string]converter.Converter{
	"differs from the golden file": converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		return convertEnv(strings.NewReader("HOME=/home"), out)
	}),
	"--- FAIL: TestRunFails/shell.env/same_again": &changing{},
	"--- FAIL: TestRunFails/shell.env/second_run": &keeping{},
	"--- FAIL: TestRunFails/shell.env/any_reads":  converter.Func(readTail),
	"--- FAIL: TestRunFails/shell.env/canceled":   converter.Func(leak),
	"--- FAIL: TestRunFails/shell.env/truncated":  converter.Func(panicky),
	"the database is not sound":                   converter.Func(unsound),
}

// The suite finds what is wrong with each of the faulty converters.
func TestRunFails(t *testing.T) {
	const variable = "CONVERTERTEST_FAULTY"
	if message := os.Getenv(variable); message != "" {
		documents := fstest.MapFS{}
		for _, name := range []string{"shell.env", "shell.env.sql"} {
			b, err := os.ReadFile("testdata/" + name)
			if err != nil {
				t.Fatal(err)
			}
			documents[name] = &fstest.MapFile{Data: b}
		}
		Run(t, envFormat, faulty[message], documents)
		return
	}
	for message := range faulty {
		t.Run(message[strings.LastIndexByte(message, '/')+1:], func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(os.Args[0], "-test.run=^TestRunFails$")
			cmd.Env = append(os.Environ(), variable+"="+message)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), message) {
				t.Errorf("not found: %v\n%s", err, out)
			}
		})
	}
}

// changing adds a row in each run after the first.
type changing struct{ runs int }

func (c *changing) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	c.runs++
	return convertEnv(io.MultiReader(in.Reader(), strings.NewReader(strings.Repeat("MORE=1\n", c.runs-1))), out)
}

// keeping keeps the rows of a document, and has them twice if it is run on it again.
type keeping struct {
	mu   sync.Mutex
	rows map[io.ReaderAt]string
}

func (c *keeping) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	b, err := io.ReadAll(in.Reader())
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rows == nil {
		c.rows = map[io.ReaderAt]string{}
	}
	c.rows[in.ReaderAt] += string(b)
	return convertEnv(strings.NewReader(c.rows[in.ReaderAt]), out)
}

// readTail believes that ReadAt leaves alone what it does not fill.
func readTail(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	b := make([]byte, 4096)
	if _, err := in.ReadAt(b, 0); err != nil && err != io.EOF {
		return err
	}
	return convertEnv(bytes.NewReader(bytes.TrimRight(b, "\x00")), out)
}

// leak leaves a goroutine behind.
func leak(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	go func() { select {} }()
	return convertEnv(in.Reader(), out)
}

// panicky believes that every line is as it should be.
func panicky(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	b, err := io.ReadAll(in.Reader())
	if err != nil {
		return err
	}
	table := out.Table("settings", "name", "value")
	for line := range strings.Lines(string(b)) {
		cells := strings.SplitN(strings.TrimSpace(line), "=", 2)
		if err := table.Append(converter.Text(cells[0]), converter.Untyped(cells[1])); err != nil {
			return err
		}
	}
	return nil
}

// unsound copies what is no database.
func unsound(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	page := append([]byte("SQLite format 3\x00\x02\x00\x01\x01"), make([]byte, 1004)...)
	return out.Copy(bytes.NewReader(page), nil)
}
