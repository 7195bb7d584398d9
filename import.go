package roster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ca74b63c/roster/internal/usertable"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ImportParams are the arguments of Handle.Import.
type ImportParams struct {
	// Key says by which attribute a line finds its user: user.KeyLogin, or user.KeyEmployeeID. 0 is
	// user.KeyLogin. Every line must have it.
	Key user.KeyKind
	// SkipBad writes the good lines of a file that has bad ones. Otherwise such a file changes
	// nothing.
	SkipBad bool
	// EmptyClears makes an empty cell of CSV clear the attribute. Otherwise an empty cell keeps it.
	// In JSON Lines a null clears.
	EmptyClears bool
	// Batch is how many lines one transaction takes, 1 to storage.MaxPage; 0 is DefaultImportBatch.
	Batch int
	// MaxItems is how many problems and how many resets the report holds; 0 is DefaultImportItems.
	MaxItems int
	// Progress, if not nil, is called after each batch, outside of the transaction.
	Progress func(ImportProgress)
}

// ImportProgress says how far Import is.
type ImportProgress struct {
	Writing bool  // Import writes; otherwise it checks
	Read    int64 // bytes of the file that were read
	Size    int64 // bytes of the file
	Lines   int   // lines that were read
}

// The limits of Import.
const (
	DefaultImportBatch = 200
	// MaxImportLines is how many lines a file may have. Import remembers the names in them, about
	// 100 bytes a line.
	MaxImportLines = 1_000_000
	// maxImportBytes ends a batch whose lines are long.
	maxImportBytes = 4 << 20
)

// ImportColumn is a column that a file of users may have.
type ImportColumn struct {
	Name    string `json:"name"`    // "contact.email", "custom.site", "password"
	Path    string `json:"path"`    // the JSON pointer into a user, "/contact/email"
	Allowed string `json:"allowed"` // what a cell may hold, in words
}

// ImportColumns returns the columns that a file for Import may have: one for each attribute that a
// patch can name, one for each custom attribute in schema (Account.CustomAttributes), and then
// password and activation, which are for new users only. A file may leave out columns.
func ImportColumns(schema user.CustomSchema) []ImportColumn {
	columns := usertable.Columns(schema)
	list := make([]ImportColumn, len(columns))
	for i, c := range columns {
		list[i] = ImportColumn{c.Name, c.Path, c.Allowed}
	}
	return list
}

// Import creates and changes users as the lines of a file describe, and returns a report. With the
// option DryRun it checks and counts every line, and writes nothing.
//
// The file is CSV or JSON Lines. CSV has the names of columns in its first line (ImportColumns) and
// may be as spreadsheets save it: with a byte order mark, semicolons or tabs, CRLF, line breaks in
// quotes, TRUE and FALSE, 4.0 for 4. A line of JSON Lines is a merge patch of a user
// (user.Patch.UnmarshalJSON), also with the members password and activation. A line has at most 1
// MiB.
//
// A line changes the user that has its login, or its employee id if p.Key is user.KeyEmployeeID,
// and that the actor may read, as Edit does. If there is none, the line creates a user, as
// CreateMany does. The password and the activation mail are for new users only. A line about a user
// that the actor may not change is bad, even if it would change nothing.
//
// Import first runs every line in transactions that it rolls back, to find all problems. If a line
// is bad, Import stops with an *ImportError. Then it reads the file again and writes, at most
// p.Batch lines in one transaction. With p.SkipBad it only writes, and leaves out the bad lines.
// The first reading checks each line against the stored account: a unique name that another line
// gives up is free only if the two lines are in one transaction.
//
// An error during the writing does not undo earlier transactions; Written counts their lines. A
// second import of a line changes nothing, so a call with the same file continues an interrupted
// Import. For this reason two lines with the same key or unique name are bad, and a line that takes
// a role away and sets an attribute that the loss of this role resets.
//
// The report is valid even if Import returns an error. Errors, in this order:
//   - *validate.Error for an option or a field of p that is not valid, and for a nil file
//   - storage.ErrNotFound if the account does not exist. An actor that may not create users gets
//     *permission.Denied instead.
//   - *ImportError for bad lines without p.SkipBad, and for a file that cannot be read further
//   - ErrStale; IfRevision is about the account before the first line, IfVersion about each user
//   - ErrLastAdministrator if the account has no administrator after a transaction
//   - the errors of reading the file, of the hasher, the policy, the storage and the context
func (h Handle) Import(ctx context.Context, file io.ReadSeeker, p ImportParams, opts ...CommonOption) (_ ImportReport, err error) {
	ctx, h.obs = start(ctx, &h, "Import")
	defer h.obs.end(&err)
	run := importRun{h: &h, params: p, report: ImportReport{Problems: []ImportProblem{}, Resets: []ImportReset{}}}
	if run.call, err = begin(ctx, &h, opts); err != nil {
		return run.report, err
	}
	if err := run.prepare(ctx, file); err != nil {
		return run.report, err
	}
	if dry := run.call.dry; dry || !p.SkipBad {
		run.call.dry = true
		err := run.pass(ctx, file)
		if err == nil && run.first != nil && !p.SkipBad {
			err = run.first
		}
		if err != nil || dry {
			return run.report, err
		}
	}
	run.call.dry = false
	err = run.pass(ctx, file)
	return run.report, err
}

// importRun is one call of Import.
type importRun struct {
	h       *Handle
	params  ImportParams
	call    call
	options usertable.Options
	size    int64 // of the file

	revision user.Revision // before the first line

	// The state of one pass through the file.
	report ImportReport
	first  *ImportError
	reader *usertable.Reader
	names  map[importName]int32 // the lines of the unique names and keys
}

// prepare checks r.params and sets their defaults. It sets r.revision to the revision of the
// account, r.options to the options of the reader, and r.size to the size of the file in bytes.
// Errors, in this order: *validate.Error; *permission.Denied or storage.ErrNotFound without an
// account (settings); those of the policy, the storage and the file.
func (r *importRun) prepare(ctx context.Context, file io.Seeker) error {
	var c validate.Collector
	r.params.Key = cmp.Or(r.params.Key, user.KeyLogin)
	if k := r.params.Key; k != user.KeyLogin && k != user.KeyEmployeeID {
		c.Add(validate.Problem{Path: "/key", Code: validate.Unknown, Params: validate.Params{}.WithText("words", "login, employeeId")})
	}
	c.Range("/batch", int64(r.params.Batch), 0, storage.MaxPage)
	c.Range("/maxItems", int64(r.params.MaxItems), 0, MaxImportLines)
	c.Require("/file", file != nil)
	if err := c.Err(); err != nil {
		return err
	}
	r.params.Batch = cmp.Or(r.params.Batch, DefaultImportBatch)
	r.params.MaxItems = cmp.Or(r.params.MaxItems, DefaultImportItems)
	var err error
	r.options, err = view(ctx, r.h, r.call, method{}, func(ctx context.Context, s *readTx) (usertable.Options, error) {
		account, err := s.settings(ctx, permission.UserCreate)
		if err != nil {
			return usertable.Options{}, err
		}
		r.revision = s.Revision()
		hidden, err := s.hidesSchema(ctx)
		if hidden {
			account.CustomAttributes = user.CustomSchema{}
		}
		return usertable.Options{
			EmptyClears: r.params.EmptyClears, Schema: account.CustomAttributes, AnyCustom: hidden,
		}, err
	})
	if err == nil {
		r.size, err = file.Seek(0, io.SeekEnd)
	}
	return err
}

// hidesSchema reports whether the actor may neither read the account nor set a custom attribute of
// a user, and so may not know the custom attributes. Errors: those of the policy.
func (s *readTx) hidesSchema(ctx context.Context) (bool, error) {
	for _, action := range []permission.Action{permission.AccountRead, permission.CustomSet} {
		err := s.may(ctx, action)
		if err == nil || denial(err).Scoped {
			return false, nil
		}
		if !errors.Is(err, permission.ErrDenied) {
			return false, err
		}
	}
	return true, nil
}

// pass reads the whole file once, runs its rows in batches, and fills a new r.report. After each
// batch it calls params.Progress. If r.call.dry is set, each batch is rolled back. Errors: those of
// runBatch; *ImportError if the file cannot be parsed further; that of reading the file.
func (r *importRun) pass(ctx context.Context, file io.ReadSeeker) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("roster: reading the file: %w", err)
	}
	r.report = ImportReport{Problems: []ImportProblem{}, Resets: []ImportReset{}, Revision: r.revision}
	r.first, r.names = nil, make(map[importName]int32)
	r.reader = usertable.NewReader(file, r.options)
	for last := false; !last; {
		rows, err := r.nextRows()
		if err := r.runBatch(ctx, rows); err != nil {
			return err
		}
		if last = err == io.EOF; err != nil && !last {
			return r.unreadable(err)
		}
		if r.params.Progress != nil {
			r.params.Progress(ImportProgress{!r.call.dry, min(r.reader.Offset(), r.size), r.size, r.report.Lines})
		}
	}
	return nil
}

// nextRows reads, checks and counts the rows of the next batch: params.Batch rows, or fewer once
// they have maxImportBytes. After an error, rows has the rows before the error. Errors: io.EOF at
// the end of the file; *usertable.FileError for a file that cannot be parsed further or has more
// than MaxImportLines lines; that of reading the file.
func (r *importRun) nextRows() (rows []importRow, err error) {
	begin := r.reader.Offset()
	for len(rows) < r.params.Batch && r.reader.Offset()-begin < maxImportBytes {
		row, err := r.reader.Next()
		if err != nil {
			return rows, err
		}
		if r.report.Lines++; r.report.Lines > MaxImportLines {
			return rows, &usertable.FileError{Problems: []usertable.Problem{{
				Line: row.Line, Code: validate.TooLong, Allowed: fmt.Sprintf("at most %d lines", MaxImportLines),
			}}}
		}
		rows = append(rows, r.newRow(row))
	}
	return rows, nil
}
