package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// feeds serves the pages that watch the changes. The feeds end when the server shuts down, which
// would otherwise wait for them.
type feeds struct {
	limits limits
	life   context.Context
	end    context.CancelFunc
	slots  chan struct{}
}

// keptEvents is the number of past changes that a new page gets.
const keptEvents = 50

func newFeeds(l limits) *feeds {
	life, end := context.WithCancel(context.Background())
	return &feeds{limits: l, life: life, end: sync.OnceFunc(end), slots: make(chan struct{}, l.feeds)}
}

// event is one change in the form of the page.
type event struct {
	At      time.Time         `json:"at"`
	Type    string            `json:"type"`
	Actor   user.ID           `json:"actor"` // 0: the server itself
	User    user.ID           `json:"user,omitempty"`
	Reason  string            `json:"reason,omitempty"`
	Detail  string            `json:"detail,omitempty"`
	Created *user.User        `json:"created,omitempty"`
	Diff    []user.Difference `json:"diff,omitempty"`
}

// serve returns a handler that sends every change of the account as a server-sent event, from the
// one behind Last-Event-ID on. It ends for a page that does not read its events, and after
// feedLife; a browser then reconnects with the id of its last event.
func (f *feeds) serve(host roster.Handle) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case f.slots <- struct{}{}:
			defer func() { <-f.slots }()
		default:
			w.Header().Set("Retry-After", "1")
			http.Error(w, "too many pages watch already", http.StatusServiceUnavailable)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), f.limits.feedLife)
		defer cancel()
		defer context.AfterFunc(f.life, cancel)()
		after, err := position(ctx, host, r.Header.Get("Last-Event-ID"))
		if err != nil {
			http.Error(w, "the changes cannot be read", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		out := http.NewResponseController(w)
		page := feedPage{w, out, f.limits.feedRead}
		for page.send(": changes\n\n") == nil {
			if !page.watch(ctx, host, &after, f.limits.feedBeat) {
				return
			}
		}
	}
}

// feedPage is a page that watches.
type feedPage struct {
	http.ResponseWriter
	out     *http.ResponseController
	timeout time.Duration // for one event
}

// watch sends each change later than *after to the page as an event, until the duration in the
// parameter beat has passed. It waits for new changes. It sets *after to the last change that was
// sent. It returns true if the duration has passed and the feed can continue. It returns false if
// ctx has ended, the changes cannot be read, or an event cannot be sent.
func (p *feedPage) watch(ctx context.Context, host roster.Handle, after *storage.ChangeID, beat time.Duration) bool {
	while, cancel := context.WithTimeout(ctx, beat)
	defer cancel()
	for change, err := range host.Watch(while, *after) {
		if err != nil {
			return while.Err() != nil && ctx.Err() == nil
		}
		text, err := json.Marshal(eventOf(change))
		if err != nil || p.send(fmt.Sprintf("id: %d.%d\ndata: %s\n\n", change.ID.Revision, change.ID.Index, text)) != nil {
			return false
		}
		*after = change.ID
	}
	return true
}

// send writes text, one server-sent event or comment, to the page and flushes it. The write must
// end within p.timeout. Afterwards the connection has no write deadline, so the server's timeout
// for a whole reply does not end the feed. Errors: those of the connection, also if the page does
// not read in time.
func (p *feedPage) send(text string) error {
	if err := p.out.SetWriteDeadline(time.Now().Add(p.timeout)); err != nil {
		return err
	}
	if _, err := p.Write([]byte(text)); err != nil {
		return err
	}
	if err := p.out.Flush(); err != nil {
		return err
	}
	return p.out.SetWriteDeadline(time.Time{})
}

func eventOf(c storage.Change) event {
	e := event{
		At: c.At, Type: string(c.Type), Actor: c.Actor, User: c.UserID, Reason: c.Reason, Detail: c.Detail,
		Created: c.Created, Diff: c.Diff,
	}
	switch {
	case c.TransferID != 0:
		e.Detail = fmt.Sprintf("transfer %d", c.TransferID)
	case c.ReferenceKind != 0:
		e.Detail = strings.TrimSpace(c.ReferenceKind.String() + " " + strconv.FormatInt(c.ReferenceID, 10) + " " + e.Detail)
	}
	return e
}

// position returns the change after which a feed begins. id is the Last-Event-ID of the page,
// "REVISION.INDEX", and the feed continues after this change. If id is missing or not valid, or if
// the account no longer keeps the changes after it, the feed begins with the last keptEvents
// revisions. Errors: those of roster.Handle.Changes and Revision, except storage.ErrCompacted.
func position(ctx context.Context, host roster.Handle, id string) (storage.ChangeID, error) {
	revision, index, ok := strings.Cut(id, ".")
	rev, revErr := strconv.ParseUint(revision, 10, 64)
	i, indexErr := strconv.Atoi(index)
	if ok && revErr == nil && indexErr == nil && i >= 0 {
		after := storage.ChangeID{Revision: user.Revision(rev), Index: i}
		if _, err := host.Changes(ctx, storage.ChangeQuery{After: after, Limit: 1}); !errors.Is(err, storage.ErrCompacted) {
			return after, err
		}
	}
	now, err := host.Revision(ctx)
	if err != nil || now <= keptEvents {
		return storage.ChangeID{}, err
	}
	return storage.AfterRevision(now - keptEvents), nil
}
