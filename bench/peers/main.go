// Command peers measures roster beside what a host would otherwise use, and writes
// docs/performance.md: a table for each kind of work, with the machine, the date and
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
	million := flag.Bool("million", false, "measure at a million users too")
	again := flag.Bool("render", false, "do not measure, write the document from the figures that are there")
	flag.Parse()
	if err := run(*million, *again); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(million, again bool) error {
	root, err := gobench.Root()
	if err != nil {
		return err
	}
	docs := filepath.Join(root, "docs")
	if !again {
		r, err := measure(root, million)
		if err != nil {
			return err
		}
		text, err := json.MarshalIndent(r, "", "\t")
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(docs, figures), append(text, '\n'), 0o644); err != nil {
			return err
		}
	}
	text, err := os.ReadFile(filepath.Join(docs, figures))
	if err != nil {
		return err
	}
	document, err := render(text)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(docs, "performance.md"), document, 0o644)
}

// render returns the document docs/performance.md. text is a record in JSON. It returns an error if
// text is not a valid record.
func render(text []byte) ([]byte, error) {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", figures, err)
	}
	return r.document()
}
