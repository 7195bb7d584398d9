package usertable

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// sheet is the state of a file of CSV.
type sheet struct {
	reader  *csv.Reader
	columns []Column // by position
	order   []int    // the positions, ascending by path
	comma   bool     // numbers may have a decimal comma
	before  int      // lines before the header
	ends    int      // the line where the last record ended, from the header
}

// openSheet finds the separator of a CSV file, by a line like "sep=;" or by separatorOf, and reads
// the header. head is the beginning of the file. Errors: *FileError; those of reading the file.
func (r *Reader) openSheet(head []byte) error {
	separator := separatorOf(head)
	if line, _, _ := bytes.Cut(head, []byte("\n")); len(line) >= 5 && bytes.EqualFold(line[:4], []byte("sep=")) {
		separator = rune(line[4])
		if _, err := r.buffer.ReadString('\n'); err != nil && err != io.EOF {
			return r.failed(err, 1)
		}
		r.csv.before = 1
	}
	if !strings.ContainsRune(",;\t", separator) {
		return &FileError{[]Problem{{Line: 1, Code: validate.Invalid, Allowed: "a comma, a semicolon or a tab between cells"}}}
	}
	r.csv.reader = csv.NewReader(r.buffer)
	r.csv.reader.Comma, r.csv.reader.FieldsPerRecord, r.csv.reader.ReuseRecord = separator, -1, true
	r.csv.comma = separator == ';'
	header, line, err := r.csv.read()
	var syntax *csv.ParseError
	switch {
	case err == io.EOF:
		return &FileError{[]Problem{{Line: 1, Code: validate.Required, Allowed: "a line with the names of the columns"}}}
	case errors.As(err, &syntax):
		return &FileError{[]Problem{{Line: line, Code: validate.Invalid, Allowed: allowedQuotes}}}
	case err != nil:
		return r.failed(err, line)
	}
	return r.readHeader(header, line)
}

// maxColumns is more than any template has.
const maxColumns = 1000

const allowedQuotes = `quotes around a whole cell, with "" for a quote in it`

// separatorOf returns the separator of the cells of a CSV file: the comma, semicolon or tab that
// occurs most often in the first line, outside of quotes. If two occur equally often, the result is
// the one that this comment names first.
func separatorOf(head []byte) rune {
	counts, inQuotes := map[byte]int{}, false
	for _, b := range head {
		if b == '"' {
			inQuotes = !inQuotes
		}
		if inQuotes {
			continue
		}
		if b == '\n' {
			break
		}
		counts[b]++
	}
	most := ','
	for _, b := range ";\t" {
		if counts[byte(b)] > counts[byte(most)] {
			most = b
		}
	}
	return most
}

// read returns the next record of the file and the line on which the record begins. The record is
// valid until the next call. Errors: *csv.ParseError for wrong quotes; io.EOF; errors of reading
// the file. The line is also set after an error.
func (s *sheet) read() (record []string, line int, err error) {
	record, err = s.reader.Read()
	var syntax *csv.ParseError
	switch n := len(record); {
	case errors.As(err, &syntax):
		line, s.ends = syntax.StartLine, syntax.Line
	case err != nil:
		return nil, s.before + s.ends + 1, err
	default:
		line, _ = s.reader.FieldPos(0)
		s.ends, _ = s.reader.FieldPos(n - 1)
		s.ends += strings.Count(record[n-1], "\n")
	}
	return record, s.before + line, err
}

// readHeader sets r.csv.columns and r.csv.order from the names of the columns. It returns a
// *FileError with a problem for each name that is wrong, or with one problem for too many columns.
// If it knows none of the names, the only problem does not quote them, because they may be data.
func (r *Reader) readHeader(header []string, line int) error {
	for len(header) > 0 && strings.TrimSpace(header[len(header)-1]) == "" {
		header = header[:len(header)-1]
	}
	if len(header) > maxColumns {
		return &FileError{[]Problem{{Line: line, Code: validate.OutOfRange, Allowed: "at most 1,000 columns"}}}
	}
	var problems []Problem
	seen, known := make(map[string]bool, len(header)), 0
	for _, name := range header {
		c, ok := r.columnOf(strings.TrimSpace(name))
		p := Problem{Line: line, Column: printable(name)}
		switch {
		case strings.TrimSpace(name) == "":
			p.Code, p.Allowed = validate.Required, "the name of a column"
		case !ok && isReadOnly("/"+strings.ReplaceAll(strings.TrimSpace(name), ".", "/")):
			p.Code, p.Allowed = validate.ReadOnly, "columns that can be written"
			known++
		case !ok:
			p.Code, p.Allowed = validate.Unknown, "the columns of the template"
		case seen[c.Path]:
			p.Code, p.Allowed = validate.Duplicate, "each column once"
		}
		if ok {
			known++
			seen[c.Path] = true
		}
		if p.Code != "" {
			problems = append(problems, p)
		}
		r.csv.columns = append(r.csv.columns, c)
	}
	if known == 0 {
		return &FileError{[]Problem{{Line: line, Code: validate.Unknown, Allowed: "a line with the names of the columns"}}}
	}
	if len(problems) > 0 {
		return &FileError{problems}
	}
	r.csv.order = make([]int, len(header))
	for i := range r.csv.order {
		r.csv.order[i] = i
	}
	slices.SortFunc(r.csv.order, func(i, j int) int { return strings.Compare(r.csv.columns[i].Path, r.csv.columns[j].Path) })
	return nil
}

// columnOf returns the column with the name, without regard to case. If Options.AnyCustom is set,
// it also returns a new column for any valid name of a custom attribute, such as "custom.site"; the
// case of "site" then counts. It returns false if there is no such column.
func (r *Reader) columnOf(name string) (Column, bool) {
	for i := range r.columns {
		if strings.EqualFold(r.columns[i].Name, name) {
			return r.columns[i], true
		}
	}
	prefix := nameOf(user.AttrCustom.Path()) + "."
	if len(name) < len(prefix) || !strings.EqualFold(name[:len(prefix)], prefix) {
		return Column{}, false
	}
	if custom := name[len(prefix):]; r.options.AnyCustom && user.ValidCustomName(custom) {
		return customColumn(custom, valueForm), true
	}
	return Column{}, false
}

// printable returns the name of a column for an error text. It replaces each unprintable character
// by U+FFFD, because a terminal may run control characters. It cuts a name of more than
// user.MaxCustomName characters and adds "…".
func printable(name string) string {
	name = strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return utf8.RuneError
		}
		return c
	}, strings.TrimSpace(name))
	if runes := []rune(name); len(runes) > user.MaxCustomName {
		name = string(runes[:user.MaxCustomName]) + "…"
	}
	return name
}

// sheetRow reads the next record that is not blank.
func (r *Reader) sheetRow() (Row, error) {
	for {
		cells, line, err := r.csv.read()
		var syntax *csv.ParseError
		switch {
		case errors.As(err, &syntax):
			row := Row{Line: line}
			row.add("", validate.Invalid)
			return row, nil
		case err == io.EOF:
			return Row{}, io.EOF
		case err != nil:
			return Row{}, r.failed(err, line)
		}
		if slices.ContainsFunc(cells, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			return r.rowOf(cells, line), nil
		}
		r.source.end = r.source.read + MaxLine + bufferSize
	}
}

// rowOf returns the Row of a CSV record that begins on the line. A wrong cell adds a problem to the
// Row. A cell that is missing or has only white space is empty, except that white space can be a
// password. If the record has more cells than the header, and one of these is not empty, the Row
// has Unread set.
func (r *Reader) rowOf(cells []string, line int) Row {
	row := Row{Line: line}
	for len(cells) > len(r.csv.columns) && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if n := len(r.csv.columns); len(cells) > n {
		params := validate.Params{}.WithInt("min", 0).WithInt("max", int64(n)).WithText("of", "cells")
		row.Problems, row.Unread = append(row.Problems, validate.Problem{Code: validate.OutOfRange, Params: params}), true
		return row
	}
	patch := values{}
	for _, i := range r.csv.order {
		c := &r.csv.columns[i]
		text := ""
		if i < len(cells) {
			text = cells[i]
		}
		switch {
		case !validate.IsStorable(text):
			code := validate.InvalidUTF8
			if utf8.ValidString(text) {
				code = validate.ControlCharacter
			}
			row.add(c.Path, code)
		case c.Path == PathPassword:
			if text != "" {
				row.setPassword(strings.Clone(text))
			}
		case c.Path == PathActivation:
			b, ok := cell{text: text}.boolean()
			if row.Activation = b == "true"; !ok && strings.TrimSpace(text) != "" {
				row.add(c.Path, validate.Invalid)
			}
		case strings.TrimSpace(text) != "":
			if b, ok := c.form.encode(cell{text, r.csv.comma}); ok {
				patch.set(c.Path, b)
			} else {
				row.add(c.Path, validate.Invalid)
			}
		case r.options.EmptyClears:
			patch.set(c.Path, "null")
		}
	}
	b, _ := json.Marshal(patch) // each value is JSON
	row.decodePatch(b)
	return row
}
