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

// feeds are the pages that watch the changes. They end with the server, which would wait for them otherwise.
type feeds struct {
	life  context.Context
	end   context.CancelFunc
	slots chan struct{}
}

const (
	maxFeeds    = 64
	feedTimeout = 10 * time.Second // for a reader to take one event
	keptEvents  = 50               // how many changes of the past a new page gets
)

func newFeeds() *feeds {
	life, end := context.WithCancel(context.Background())
	return &feeds{life: life, end: sync.OnceFunc(end), slots: make(chan struct{}, maxFeeds)}
}

// event is one change as the page shows it.
type event struct {
	At     time.Time         `json:"at"`
	Type   string            `json:"type"`
	Actor  user.ID           `json:"actor"` // 0: the server itself
	User   user.ID           `json:"user,omitempty"`
	Reason string            `json:"reason,omitempty"`
	Detail string            `json:"detail,omitempty"`
	Diff   []user.Difference `json:"diff,omitempty"`
}

// serve sends every change of the account as a server-sent event, from the one behind Last-Event-ID on.
func (f *feeds) serve(host roster.Handle) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case f.slots <- struct{}{}:
			defer func() { <-f.slots }()
		default:
			http.Error(w, "too many pages watch already", http.StatusServiceUnavailable)
			return
		}
		ctx, cancel := context.WithCancel(r.Context())
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
		if send(w, out, ": changes\n\n") != nil {
			return
		}
		for change, err := range host.Watch(ctx, after) {
			if err != nil {
				return // the page comes back with the id of its last event
			}
			text, err := json.Marshal(eventOf(change))
			if err != nil {
				return
			}
			if send(w, out, fmt.Sprintf("id: %d.%d\ndata: %s\n\n", change.ID.Revision, change.ID.Index, text)) != nil {
				return
			}
		}
	}
}

// send writes one event. The server's own time-out for a reply is not for one that never ends: each event has its own.
func send(w http.ResponseWriter, out *http.ResponseController, text string) error {
	if err := out.SetWriteDeadline(time.Now().Add(feedTimeout)); err != nil {
		return err
	}
	if _, err := w.Write([]byte(text)); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return out.SetWriteDeadline(time.Time{})
}

func eventOf(c storage.Change) event {
	e := event{At: c.At, Type: string(c.Type), Actor: c.Actor, User: c.User, Reason: c.Reason, Detail: c.Detail}
	for _, d := range c.Diff() {
		if d.Attribute != user.AttrCreated && d.Attribute != user.AttrUpdated { // these are in At
			e.Diff = append(e.Diff, d)
		}
	}
	switch {
	case c.Transfer != 0:
		e.Detail = fmt.Sprintf("transfer %d", c.Transfer)
	case c.Ref != 0:
		e.Detail = strings.TrimSpace(c.Ref.String() + " " + strconv.FormatInt(c.RefID, 10) + " " + e.Detail)
	}
	return e
}

// position reads the id of an event. Without one, or if what comes after it is no longer kept, the feed begins with the
// last few changes.
func position(ctx context.Context, host roster.Handle, id string) (storage.ChangeID, error) {
	revision, index, ok := strings.Cut(id, ".")
	rev, revErr := strconv.ParseUint(revision, 10, 64)
	i, indexErr := strconv.Atoi(index)
	if ok && revErr == nil && indexErr == nil && i >= 0 {
		after := storage.ChangeID{Revision: user.Revision(rev), Index: i}
		if _, err := host.Changes(ctx, after, 1); !errors.Is(err, storage.ErrCompacted) {
			return after, err
		}
	}
	now, err := host.Revision(ctx)
	if err != nil || now <= keptEvents {
		return storage.ChangeID{}, err
	}
	return storage.AfterRevision(now - keptEvents), nil
}
