package roster

import (
	"context"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/user"
)

// A batch runs in one transaction, in two steps, like Edit:
//
//  1. Each row is decided: its user is found, the policy and the rules are asked. Nothing is
//     written, so an error of one row stops no other row.
//  2. The rows without an error are written. An error of the storage ends the transaction. The
//     batch then runs again without the row.

// importBatch is one run of a batch.
type importBatch struct {
	*tx
	run      *importRun
	rows     []importRow
	errs     [][]error // of each row, found in this run
	edits    []importEdit
	creates  []importCreate
	same     int   // rows that change nothing
	unhashed []int // rows whose passwords must be hashed first
	results  []importResult
}

// importEdit is a row that changes a user.
type importEdit struct {
	row   int
	named user.Attributes
}

// importCreate is a row that makes a user.
type importCreate struct {
	row     int
	pending pendingUser
}

// importResult is what a row did.
type importResult struct {
	row     int
	created bool
	Result
}

// refusedBatch is the error of a batch that is not written, because a row is bad or because
// passwords must be hashed first.
type refusedBatch struct{ *importBatch }

func (refusedBatch) Error() string { return "roster: a batch has bad lines or new passwords" }

// rowError is an error of the storage about one row.
type rowError struct {
	row int
	err error
}

func (e *rowError) Error() string { return e.err.Error() }
func (e *rowError) Unwrap() error { return e.err }

// runBatch runs rows in one transaction and counts what they did. Errors: *ImportError for a bad
// row if Import writes and does not skip bad rows; as Import.
func (r *importRun) runBatch(ctx context.Context, rows []importRow) error {
	if len(rows) == 0 {
		return nil
	}
	for {
		b, done, err := runCall(ctx, r.h, r.call, func(ctx context.Context, t *tx) (*importBatch, error) {
			b := &importBatch{tx: t, run: r, rows: rows, errs: make([][]error, len(rows))}
			return b, b.do(ctx)
		})
		var failed *rowError
		var refused refusedBatch
		switch {
		case errors.As(err, &failed) && aboutLine(failed.err):
			rows[failed.row].errs = append(rows[failed.row].errs, failed.err)
			continue
		case errors.As(err, &refused) && refused.anyBad():
			r.refuseAll(refused.importBatch)
			return r.first
		case errors.As(err, &refused):
			if err := r.hash(ctx, rows, refused.unhashed); err != nil {
				return r.located(err, rows)
			}
			continue
		case err != nil:
			return r.located(err, rows)
		}
		r.refuseAll(b)
		r.count(b, done)
		return nil
	}
}

// hash hashes the passwords of some rows.
func (r *importRun) hash(ctx context.Context, rows []importRow, unhashed []int) (err error) {
	for _, i := range unhashed {
		if rows[i].hash, err = r.h.dir.hash(ctx, PasswordOf(rows[i].Password())); err != nil {
			return err
		}
	}
	return nil
}

// located says which lines an error about a whole batch is about.
func (r *importRun) located(err error, rows []importRow) error {
	return fmt.Errorf("roster: lines %d to %d: %w", rows[0].Line, rows[len(rows)-1].Line, err)
}

// refuseAll adds the bad rows of a batch to the report.
func (r *importRun) refuseAll(b *importBatch) {
	for i := range b.rows {
		row := &b.rows[i]
		if row.errs = append(row.errs, b.errs[i]...); len(row.errs) > 0 {
			r.refuse(row)
		}
	}
}

// count adds the results of the batch b to the report. If the report has MaxItems resets, count
// adds to MoreResets instead. The new and changed users become targets of the observation. Outside
// of a dry run, count also adds to Written and removes IfRevision from the options, because
// IfRevision is about the account before the first line.
func (r *importRun) count(b *importBatch, done committed) {
	r.report.Unchanged += b.same
	for _, result := range b.results {
		if result.created {
			r.report.Created++
		} else {
			r.report.Changed++
		}
		r.h.obs.found(result.User.ID)
		if len(result.Resets) == 0 {
			continue
		}
		if len(r.report.Resets) >= r.params.MaxItems {
			r.report.MoreResets++
			continue
		}
		r.report.Resets = append(r.report.Resets, ImportReset{b.rows[result.row].Line, result.User.ID, result.Resets})
	}
	r.report.Revision = done.revision
	if !r.call.dry {
		r.report.Written += b.same + len(b.results)
		r.call.hasRev = false // IfRevision is about the account before the first line
	}
}

// aboutLine reports whether err concerns one line, so that Import can report the line and continue.
// Every other error, such as ErrStale or one of the storage, ends the import.
func aboutLine(err error) bool {
	if errors.Is(err, ErrTooManyUsers) {
		return true
	}
	switch CodeOf(err) {
	case CodeInvalid, CodeDenied, CodeNotFound, CodeExists, CodeLocked, CodeConflict:
		return true
	}
	return false
}

// fail adds err to the errors of the row and returns nil if err is about one line (aboutLine). It
// returns any other err, which ends the batch. After an error of the storage (b.unread), it returns
// b.unread and adds nothing.
func (b *importBatch) fail(row int, err error) error {
	if b.unread != nil {
		return b.unread
	}
	if !aboutLine(err) {
		return err
	}
	b.errs[row] = append(b.errs[row], err)
	return nil
}

// bad reports whether a row has an error.
func (b *importBatch) bad(row int) bool { return len(b.rows[row].errs)+len(b.errs[row]) > 0 }

// anyBad reports whether a row has an error that must stop the import, because SkipBad is not set.
func (b *importBatch) anyBad() bool {
	for i := range b.rows {
		if !b.run.params.SkipBad && b.bad(i) {
			return true
		}
	}
	return false
}

// do checks all rows and then writes those without an error. Outside of a dry run, it writes
// nothing and returns a refusedBatch in two cases: a row is bad and SkipBad is not set, or the
// password of a new user has no hash. Other errors: those of decideAll and writeAll.
func (b *importBatch) do(ctx context.Context) error {
	outcomes, err := b.decideAll(ctx)
	if err != nil {
		return err
	}
	if !b.call.dry && (b.anyBad() || len(b.unhashed) > 0) {
		return refusedBatch{b}
	}
	return b.writeAll(ctx, outcomes)
}

// writeAll writes the rows without an error: first the edits, then the new users. It appends the
// results to b.results. decided are the outcomes of b.edits. The users of the edits may exchange
// unique names. Errors: a *rowError for the first row that fails.
func (b *importBatch) writeAll(ctx context.Context, decided []user.Outcome) error {
	var edits []importEdit
	var outcomes []user.Outcome
	for i, e := range b.edits {
		if !b.bad(e.row) {
			edits, outcomes = append(edits, e), append(outcomes, decided[i])
		}
	}
	for i, u := range user.HandOver(outcomes) {
		if err := b.put(ctx, &outcomes[i].Before, &u); err != nil {
			return &rowError{edits[i].row, err}
		}
	}
	for i, e := range edits {
		result, err := b.writeEdit(ctx, &outcomes[i], e.named, nil)
		if err != nil {
			return &rowError{e.row, err}
		}
		b.results = append(b.results, importResult{e.row, false, result})
	}
	for i := range b.creates {
		n := &b.creates[i]
		if b.bad(n.row) {
			continue
		}
		result, err := b.insert(ctx, &n.pending)
		if err != nil {
			return &rowError{n.row, err}
		}
		b.results = append(b.results, importResult{n.row, true, result})
	}
	return nil
}
