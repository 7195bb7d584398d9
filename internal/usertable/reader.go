// Package usertable reads users from files that people make: CSV as spreadsheets save it, and JSON
// Lines. It makes a patch of each line and holds no rule about users.
package usertable

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// MaxLine is the greatest number of bytes of a line. A line of CSV may have line breaks in quotes.
const MaxLine = 1 << 20

// bufferSize is how much of the file is read at once.
const bufferSize = 64 << 10

// Reader reads the rows of a file.
type Reader struct {
	columns []Column
	options Options
	source  source
	buffer  *bufio.Reader
	line    int // of JSON Lines, and the lines before the header of CSV
	next    func(*Reader) (Row, error)
	csv     sheet
}

// Options say how a file is read.
type Options struct {
	Schema user.CustomSchema
	// AnyCustom takes every custom attribute, because the caller may not know the schema.
	AnyCustom bool
	// EmptyClears makes an empty cell of CSV clear the attribute. Otherwise it keeps it.
	EmptyClears bool
}

// NewReader returns a Reader of the rows in a file. It does not read from the file yet. Later the
// Reader detects the format by the first character after a byte order mark and white space. If this
// character is an opening brace, the file is JSON Lines. If not, the file is CSV: the first line
// has the names of the columns, and commas, semicolons or tabs separate the cells. A line like
// "sep=;" may come before the line with the names. The first call of Next refuses a file in UTF-16.
func NewReader(file io.Reader, options Options) *Reader {
	r := &Reader{columns: Columns(options.Schema), options: options, next: (*Reader).begin}
	r.source = source{file: file, end: MaxLine}
	r.buffer = bufio.NewReaderSize(&r.source, bufferSize)
	return r
}

// Next returns the next row. Errors: io.EOF at the end; *FileError; that of the file.
func (r *Reader) Next() (Row, error) {
	r.source.end = r.source.read + MaxLine + bufferSize
	return r.next(r)
}

// Offset returns how many bytes of the file were read.
func (r *Reader) Offset() int64 { return r.source.read }

// Column returns the column that a problem at a path belongs to, or the zero Column.
func (r *Reader) Column(path string) Column {
	for i := range r.columns {
		if c := &r.columns[i]; path == c.Path || strings.HasPrefix(path, c.Path+"/") {
			return *c
		}
	}
	return Column{}
}

// errLine is the error of a line that is too long.
var errLine = errors.New("usertable: a line is too long")

// source bounds what is read for one row.
type source struct {
	file io.Reader
	read int64
	end  int64
}

func (s *source) Read(p []byte) (int, error) {
	if s.read >= s.end {
		return 0, errLine
	}
	n, err := s.file.Read(p)
	s.read += int64(n)
	return n, err
}

// failed returns the error of a row that cannot be read.
func (r *Reader) failed(err error, line int) error {
	if !errors.Is(err, errLine) {
		return err
	}
	return &FileError{[]Problem{{Line: line, Code: validate.TooLong, Allowed: "lines of at most 1 MiB"}}}
}

// begin detects the format of the file, reads the header of CSV, and returns the first row. After a
// bad header every later call returns the same error. Errors: *FileError; io.EOF if there is no
// row; those of reading the file.
func (r *Reader) begin() (Row, error) {
	head, err := r.buffer.Peek(bufferSize)
	if err != nil && err != io.EOF {
		return Row{}, err
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return Row{}, &FileError{[]Problem{{Line: 1, Code: validate.InvalidUTF8, Allowed: "a file in UTF-8; spreadsheets call it CSV UTF-8"}}}
	}
	mark := []byte("\ufeff")
	if bytes.HasPrefix(head, mark) {
		_, _ = r.buffer.Discard(len(mark)) // they are in the buffer
		head = head[len(mark):]
	}
	r.next = (*Reader).jsonRow
	if !bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("{")) {
		if err := r.openSheet(head); err != nil {
			r.next = func(*Reader) (Row, error) { return Row{}, err }
			return Row{}, err
		}
		r.next = (*Reader).sheetRow
	}
	return r.Next()
}
