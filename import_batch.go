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
	decided  []importDecision // one for each row
	unhashed []int            // rows whose passwords must be hashed first
}

// importDecision is what one run of a batch does with a row.
type importDecision struct {
	errs    []error         // found in this run
	out     *user.Outcome   // what the row changes; nil if it changes nothing
	named   user.Attributes // the attributes that the patch of an edit names
	pending *pendingUser    // the new user; nil for an edit
	result  Result          // what was written
}

// errRefusedBatch is the error of a batch that is not written, because a row is bad or because
// passwords must be hashed first.
var errRefusedBatch = errors.New("roster: a batch has bad lines or new passwords")

// runBatch runs rows in one transaction and adds them to the report. If the storage refuses a row,
// or passwords must be hashed, it runs the rows again. Errors: *ImportError for a bad row, unless
// it is a dry run or SkipBad is set; as Import for an error that is about no line.
func (r *importRun) runBatch(ctx context.Context, rows []importRow) error {
	for len(rows) > 0 {
		var b *importBatch
		_, done, err := update(ctx, r.h, r.call, method{}, noResult(func(ctx context.Context, t *tx) error {
			b = &importBatch{tx: t, run: r, rows: rows, decided: make([]importDecision, len(rows))}
			return b.do(ctx)
		}))
		var failed *ItemError
		switch refused := errors.Is(err, errRefusedBatch); {
		case errors.As(err, &failed) && aboutLine(failed.Err):
			rows[failed.Index].errs = append(rows[failed.Index].errs, failed.Err)
			continue
		case failed != nil:
			err = failed.Err
		case refused && b.anyBad():
			r.refuseAll(b)
			return r.first
		case refused:
			err = nil
			for _, i := range b.unhashed {
				if err == nil {
					rows[i].hash, err = r.h.dir.hash(ctx, PasswordOf(rows[i].Password()))
				}
			}
			if err == nil {
				continue
			}
		}
		if err != nil {
			return fmt.Errorf("roster: lines %d to %d: %w", rows[0].Line, rows[len(rows)-1].Line, err)
		}
		r.refuseAll(b)
		r.count(b, done)
		return nil
	}
	return nil
}

// refuseAll adds the errors that this run of the batch found to each row, and the bad rows to the
// report.
func (r *importRun) refuseAll(b *importBatch) {
	for i := range b.rows {
		row := &b.rows[i]
		if row.errs = append(row.errs, b.decided[i].errs...); len(row.errs) > 0 {
			r.refuse(row)
		}
	}
}

// count adds the good rows of b to the report, with their resets and the revision, and their users
// to the targets that observers receive. Unless it is a dry run, it also clears IfRevision, which
// is about the account before the first line.
func (r *importRun) count(b *importBatch, done committed) {
	for i := range b.decided {
		d := &b.decided[i]
		switch {
		case b.bad(i):
			continue
		case d.out == nil:
			r.report.Unchanged++
		case d.pending != nil:
			r.report.Created++
		default:
			r.report.Changed++
		}
		if !r.call.dry {
			r.report.Written++
		}
		r.h.obs.found(d.result.User.ID)
		switch resets := d.result.Resets; {
		case len(resets) == 0:
		case len(r.report.Resets) >= r.params.MaxItems:
			r.report.MoreResets++
		default:
			r.report.Resets = append(r.report.Resets, ImportReset{b.rows[i].Line, d.result.User.ID, resets})
		}
	}
	r.report.Revision = done.revision
	if !r.call.dry {
		r.call.revision = nil
	}
}

// aboutLine reports whether err concerns one line, so that Import can report the line and continue.
// Every other error, such as ErrStale or one of the storage, ends the import.
func aboutLine(err error) bool {
	switch CodeOf(err) {
	case CodeInvalid, CodeDenied, CodeNotFound, CodeExists, CodeLocked, CodeConflict:
		return true
	}
	return errors.Is(err, ErrTooManyUsers)
}

// fail adds err to the errors of the row i of this run.
func (b *importBatch) fail(i int, err error) { b.decided[i].errs = append(b.decided[i].errs, err) }

func (b *importBatch) bad(i int) bool { return len(b.rows[i].errs)+len(b.decided[i].errs) > 0 }

// anyBad reports whether a row has an error that must stop the import, because SkipBad is not set.
func (b *importBatch) anyBad() bool {
	for i := range b.rows {
		if !b.run.params.SkipBad && b.bad(i) {
			return true
		}
	}
	return false
}

// do decides all rows and writes the good ones. Unless it is a dry run, it writes nothing and
// returns errRefusedBatch if a row is bad without SkipBad, or a new password has no hash. Other
// errors: those of decideAll and writeAll.
func (b *importBatch) do(ctx context.Context) error {
	if err := b.decideAll(ctx); err != nil {
		return err
	}
	if !b.call.dry && (b.anyBad() || len(b.unhashed) > 0) {
		return errRefusedBatch
	}
	return b.writeAll(ctx)
}

// writeAll writes the rows that have no error and change something, first the edits, which may
// exchange unique names, then the new users, and stores each Result in b.decided. Errors: an
// *ItemError with the index of the row.
func (b *importBatch) writeAll(ctx context.Context) (err error) {
	var edits, creates []int
	var outcomes []user.Outcome
	for i, d := range b.decided {
		switch {
		case b.bad(i) || d.out == nil:
		case d.pending != nil:
			creates = append(creates, i)
		default:
			edits, outcomes = append(edits, i), append(outcomes, *d.out)
		}
	}
	for k, u := range user.HandOver(outcomes) {
		if err := b.put(ctx, &outcomes[k].Before, &u); err != nil {
			return &ItemError{edits[k], err}
		}
	}
	for k, i := range edits {
		d := &b.decided[i]
		if d.result, err = b.writeEdit(ctx, &outcomes[k], d.named, nil); err != nil {
			return &ItemError{i, err}
		}
	}
	for _, i := range creates {
		d := &b.decided[i]
		if d.result, err = b.insert(ctx, d.pending); err != nil {
			return &ItemError{i, err}
		}
	}
	return nil
}
