package roster

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// DeadLetters returns the dead letters of the delivery with the given name, in order: the changes
// that Deliver gave up after the last attempt. The list begins with the first change later than
// after, has at most limit dead letters (1 to storage.MaxPage; 0 is storage.MaxPage), and is not
// nil. CompactChanges keeps dead letters; Erase removes the personal data of the user from them.
// Only the system actor may call it.
//
// Errors, in this order:
//   - *validate.Error at /name for a text that is no name of a delivery
//   - *permission.Denied for every actor except the system actor
//   - storage.ErrInvalid for a limit out of range
func (h Handle) DeadLetters(
	ctx context.Context, name string, after storage.ChangeID, limit int,
) ([]storage.DeadLetter, error) {
	m := method{name: "DeadLetters", invalid: checkDeliveryName("/name", name), action: permission.ChangesRead, host: true}
	return runView(ctx, &h, m, func(ctx context.Context, s *readTx) ([]storage.DeadLetter, error) {
		return orEmpty(s.DeadLetters(ctx, name, after, limit))
	})
}

// ReplayDeadLetter calls handler once with the change of the dead letter with the given id, of the
// delivery name. If handler returns nil, ReplayDeadLetter removes the dead letter. If handler fails
// or panics, ReplayDeadLetter adds 1 to the attempts of the dead letter and stores the time and the
// error, unless ctx is done. Only the system actor may call it.
//
// The only time limit for handler is that of ctx. No lease protects a replay, so two replays at the
// same time may both handle the change. It is no error if another call removes the dead letter
// during the replay.
//
// Errors, in this order:
//   - *validate.Error at /name for a text that is no name of a delivery, and at /handler for a nil
//     handler
//   - *permission.Denied for every actor except the system actor
//   - storage.ErrNotFound if there is no such dead letter
//   - the error of handler, joined with that of the storage if the result could not be written
//   - the errors of the storage
func (h Handle) ReplayDeadLetter(
	ctx context.Context, name string, id storage.ChangeID, handler ChangeHandler,
) (err error) {
	ctx, h.obs = start(ctx, &h, "ReplayDeadLetter")
	defer h.obs.end(&err)
	var c validate.Collector
	c.Merge("", checkDeliveryName("/name", name))
	c.Require("/handler", handler != nil)
	m := method{invalid: c.Err(), action: permission.AccountWrite, host: true}
	letter, err := view(ctx, &h, call{}, m, func(ctx context.Context, s *readTx) (storage.DeadLetter, error) {
		return deadLetter(ctx, s, name, id)
	})
	if err != nil {
		return err
	}
	h.obs.found(letter.Change.UserID)
	failure := handleChange(ctx, handler, &letter.Change)
	if ctx.Err() != nil && failure != nil {
		return failure
	}
	now := user.NormalizeTime(h.dir.clock())
	_, err = h.dir.store.Update(context.WithoutCancel(ctx), h.account, func(ctx context.Context, w storage.Writer) error {
		h.obs.writing(false)
		if failure == nil {
			return w.DeleteDeadLetter(ctx, name, id)
		}
		present, err := deadLetter(ctx, w, name, id)
		if err != nil {
			return err
		}
		present.Attempts, present.At, present.Error = present.Attempts+1, now, deadLetterText(failure)
		return putDeadLetter(ctx, w, name, present)
	})
	if err == nil || isNotFound(err) { // another call has removed it
		return failure
	}
	return errors.Join(failure, err)
}

// DeleteDeadLetter removes the dead letter of the change with the given id, of the delivery with
// the given name. The change stays in the history. Only the system actor may call it.
//
// Errors, in this order:
//   - *validate.Error at /name for a text that is no name of a delivery
//   - *permission.Denied for every actor except the system actor
//   - storage.ErrNotFound if there is no such dead letter
func (h Handle) DeleteDeadLetter(ctx context.Context, name string, id storage.ChangeID) error {
	m := method{name: "DeleteDeadLetter", invalid: checkDeliveryName("/name", name), action: permission.AccountWrite, host: true}
	_, _, err := runUpdate(ctx, &h, m, []CommonOption(nil), noResult(func(ctx context.Context, t *tx) error {
		return t.DeleteDeadLetter(ctx, name, id)
	}))
	return err
}

// deadLetter returns the dead letter of the change with the given id. The parameter name is the
// name of the delivery. Errors: storage.ErrNotFound; those of the storage.
func deadLetter(ctx context.Context, r storage.Reader, name string, id storage.ChangeID) (storage.DeadLetter, error) {
	before := storage.ChangeID{Revision: id.Revision, Index: id.Index - 1}
	if id.Index <= 0 {
		before = storage.AfterRevision(id.Revision - min(id.Revision, 1))
	}
	list, err := r.DeadLetters(ctx, name, before, 1)
	if err == nil && (len(list) == 0 || list[0].Change.ID != id) {
		err = fmt.Errorf("dead letter of change %d of revision %d: %w", id.Index, id.Revision, storage.ErrNotFound)
	}
	if err != nil {
		return storage.DeadLetter{}, err
	}
	return list[0], nil
}

// putDeadLetter writes the dead letter l of the delivery name, without personal data if the user of
// the change was erased or is not there. Errors: those of the storage.
func putDeadLetter(ctx context.Context, w storage.Writer, name string, l storage.DeadLetter) error {
	if l.Change.UserID != 0 {
		u, err := w.User(ctx, l.Change.UserID)
		switch {
		case isNotFound(err) || err == nil && u.Lifecycle.Erased:
			l = l.Scrubbed()
		case err != nil:
			return err
		}
	}
	return w.PutDeadLetter(ctx, name, l)
}

// deadLetterText returns the text of err as valid UTF-8 without NUL, cut to
// storage.MaxDeadLetterError bytes.
func deadLetterText(err error) string {
	text := strings.ReplaceAll(strings.ToValidUTF8(err.Error(), "\uFFFD"), "\x00", "\uFFFD")
	n := min(len(text), storage.MaxDeadLetterError)
	for n < len(text) && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
