package main

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// heading begins a package's part of the list, row is one survivor, a reason goes up to the next
// row.
var (
	heading = regexp.MustCompile(`^## (\S+)$`)
	row     = regexp.MustCompile(`^- (.+ becomes ` + "`.*`" + `(?: \(\d+\))?)$`)
)

// survivors maps packages and mutants to the reasons why the mutants survive.
type survivors map[string]map[string]string

// read parses the list of survivors in a file, and returns the survivors and the head.
//
//   - The head is the text before the first heading. It explains reasons that begin with a capital
//     letter and a colon ("E: ...").
//   - A heading "## path" begins the list of a package.
//   - A line "- key" is a survivor.
//   - The indented lines below a survivor are its reason. read joins them with spaces. Without such
//     lines the reason is "".
//   - Empty lines below a heading are ignored.
//
// If a package has two headings, read returns only the survivors under the last one.
//
// Errors: those of reading the file; a key that occurs twice under a heading; any other line below
// the first heading.
func read(file string) (survivors, string, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, "", err
	}
	list, key, pkg := survivors{}, "", ""
	var head strings.Builder
	for lines := bufio.NewScanner(bytes.NewReader(b)); lines.Scan(); {
		line := lines.Text()
		if m := heading.FindStringSubmatch(line); m != nil {
			pkg, key = m[1], ""
			list[pkg] = map[string]string{}
			continue
		}
		if pkg == "" {
			head.WriteString(line + "\n")
			continue
		}
		if m := row.FindStringSubmatch(line); m != nil {
			key = m[1]
			if _, twice := list[pkg][key]; twice {
				return nil, "", fmt.Errorf("%s: %s is there twice", file, key)
			}
			list[pkg][key] = ""
			continue
		}
		text, indented := strings.CutPrefix(line, "  ")
		switch {
		case strings.TrimSpace(line) == "":
		case key != "" && indented:
			list[pkg][key] = strings.TrimSpace(list[pkg][key] + " " + text)
		default:
			return nil, "", fmt.Errorf("%s: cannot read %q", file, line)
		}
	}
	return list, head.String(), nil
}

// store writes the head and the list of survivors to a file, in the form that read parses. It
// orders packages and survivors by name. It replaces the previous content of the file. Errors:
// those of writing the file.
func store(file, head string, list survivors) error {
	var b strings.Builder
	b.WriteString(strings.TrimRight(head, "\n") + "\n")
	for _, pkg := range slices.Sorted(maps.Keys(list)) {
		fmt.Fprintf(&b, "\n## %s\n\n", pkg)
		for _, key := range slices.Sorted(maps.Keys(list[pkg])) {
			fmt.Fprintf(&b, "- %s\n", key)
			if reason := list[pkg][key]; reason != "" {
				fmt.Fprintf(&b, "  %s\n", reason)
			}
		}
	}
	return os.WriteFile(file, []byte(b.String()), 0o644)
}
