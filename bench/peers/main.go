// Command peers measures roster beside what a host would otherwise use, and writes
// docs/performance.md: a table and a picture for each kind of work, with the machine, the date and
// the command.
//
//	go run ./bench/peers            # accounts of ten and a hundred thousand users: some minutes
//	go run ./bench/peers -million   # and a million: some ten minutes and 16 GB of memory
//	go run ./bench/peers -render    # write the document again from the figures of the last run
//
// Before anything is measured, tests see to it that the sides come to the same. It exits with 1 if
// they do not, and writes nothing then. What is measured beside PostgreSQL needs its programs;
// without them the document says "not measured".
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ca74b63c/roster/bench/internal/gobench"
)

// figures is the file of the record, beside the document.
const figures = "performance.json"

func main() {
	var o options
	flag.BoolVar(&o.million, "million", false, "measure at a million users too")
	flag.BoolVar(&o.short, "short", false, "see that everything runs; the figures say nothing")
	again := flag.Bool("render", false, "do not measure, write the document from the figures that are there")
	out := flag.String("out", "", "the directory to write to; docs of the repository if it is empty")
	flag.Parse()
	if err := run(o, *again, *out); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(o options, again bool, out string) error {
	dir, err := gobench.Root()
	if err != nil {
		return err
	}
	if out == "" {
		out = filepath.Join(dir, "docs")
	}
	if !again {
		r, err := measure(dir, o)
		if err != nil {
			return err
		}
		text, err := json.MarshalIndent(r, "", "\t")
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, figures), append(text, '\n'), 0o644); err != nil {
			return err
		}
	}
	text, err := os.ReadFile(filepath.Join(out, figures))
	if err != nil {
		return err
	}
	files, err := render(text)
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(out, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// render returns the files of the report by file name: performance.md and the SVG pictures. text is
// a record in JSON. It returns an error if text is not a valid record, or if a picture cannot be
// drawn.
func render(text []byte) (map[string][]byte, error) {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", figures, err)
	}
	files, err := r.pictures()
	if err != nil {
		return nil, err
	}
	files["performance.md"], err = r.document()
	return files, err
}
