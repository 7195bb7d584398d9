package omnidesk_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func updatesTheStatus(t *testing.T) {
	e := newEnv(t)
	e.now = start.Add(time.Minute)
	e.done(e.call("POST", "/updateStatus", "userID=2&statusID=5&lastInternalCallID=77&browserRequestTime=1772368215"))
	got := e.user(2).Presence
	if got.Status != user.InService || got.CallID != 77 || !got.Since.Equal(e.now) {
		t.Errorf("%+v", got)
	}
	if list := e.changes(e.revision() - 1); list[0].Type != storage.StatusChanged {
		t.Errorf("%+v", list)
	}
	needs("POST", "/updateStatus", "userID=2&statusID=1", "statusID")(t)
	e.refused(e.call("POST", "/updateStatus", "userID=99&statusID=1"), http.StatusNotFound)
}

func statusNumbers(t *testing.T) {
	want := map[string]user.Status{
		"1": user.Offline, "2": user.Online, "3": user.Ready, "4": user.Banned, "5": user.InService, "6": user.AfterService,
		"7": user.Timeout, "8": user.DND,
	}
	for number, status := range want {
		for path, name := range map[string]string{"/updateStatus": "statusID", "/statusLock": "status"} {
			e := newEnv(t)
			e.done(e.call("POST", path, "userID=2&"+name+"="+number))
			if got := e.user(2).Presence.Status; got != status {
				t.Errorf("%s %s: %s, want %s", path, number, got, status)
			}
		}
	}
	refused := map[string]string{"0": "out_of_range", "9": "out_of_range", "READY": "invalid", "": "invalid"}
	field("POST", "/updateStatus", "userID=2", "statusID", nil, refused)(t)
	field("POST", "/statusLock", "userID=2", "status", nil, refused)(t)
}

func statusByEmail(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("POST", "/updateStatus", "userEmailAddress=ANN%40acme.example&statusID=8"))
	if got := e.user(2).Presence.Status; got != user.DND {
		t.Errorf("%s", got)
	}
	if got := e.user(1).Presence.Status; got != user.Offline {
		t.Errorf("the key's own user became %s", got)
	}
	e.done(e.call("POST", "/updateStatus", "userEmailAddress=dirk%40acme.example&userID=4&statusID=8"))
	if got := e.user(4).Presence.Status; got != user.DND {
		t.Errorf("%s", got)
	}
	before := e.revision()
	e.refused(e.call("POST", "/updateStatus", "userEmailAddress=dirk%40acme.example&userID=2&statusID=1"), 400,
		"userEmailAddress:mismatch")
	e.refused(e.call("POST", "/updateStatus", "userEmailAddress=dirk%40acme.example&userID=99&statusID=1"),
		http.StatusNotFound)
	e.refused(e.call("POST", "/updateStatus", "userEmailAddress=no%40acme.example&statusID=1"), http.StatusNotFound)
	e.refused(e.call("POST", "/updateStatus", "userEmailAddress=eve%40other.example&statusID=1"), http.StatusNotFound)
	e.refused(e.call("POST", "/updateStatus", "userEmailAddress=text&statusID=1"), 400, "userEmailAddress:pattern")
	e.refused(e.call("POST", "/updateStatus", "userEmailAddress=a..b%40c.de&statusID=1"), 400, "userEmailAddress:pattern")
	if e.revision() != before {
		t.Error("something changed")
	}
}

// A key that may set no status learns nothing about addresses; one that may, but may not read
// users, can use them.
func statusByEmailNeedsTheSamePermission(t *testing.T) {
	e := newEnv(t)
	for _, email := range []string{"ann%40acme.example", "no%40acme.example"} {
		for _, more := range []string{"", "&userID=2", "&userID=4", "&userID=99"} {
			a := e.as("key-read", "POST", "/updateStatus", "statusID=1&userEmailAddress="+email+more)
			e.refused(a, http.StatusForbidden)
		}
	}
	e.done(e.as("key-cud", "POST", "/updateStatus", "statusID=8&userEmailAddress=ann%40acme.example"))
	if got := e.user(2).Presence.Status; got != user.DND {
		t.Errorf("%s", got)
	}
}

func sharedEmail(t *testing.T) {
	e := newEnv(t)
	if _, err := e.host.Patch(context.Background(), 4, user.Patch{Email: user.Set("ann@acme.example")}); err != nil {
		t.Fatal(err)
	}
	e.refused(e.call("POST", "/updateStatus", "statusID=8&userEmailAddress=ann%40acme.example"), http.StatusConflict)
	e.done(e.call("POST", "/updateStatus", "statusID=8&userEmailAddress=ann%40acme.example&userID=4"))
	if e.user(4).Presence.Status != user.DND || e.user(2).Presence.Status != user.Ready {
		t.Error("the wrong one")
	}
}

func statusOfOneself(t *testing.T) {
	for _, who := range []string{"", "userID=UID&"} {
		e := newEnv(t)
		e.done(e.call("POST", "/updateStatus", who+"statusID=3"))
		if got := e.user(1).Presence.Status; got != user.Ready {
			t.Errorf("%q: %s", who, got)
		}
	}
}

func browserRequestTime(t *testing.T) {
	field("POST", "/updateStatus", "userID=2&statusID=1", "browserRequestTime", []string{"0", "1772368215"},
		map[string]string{"x": "invalid", "-1": "out_of_range"})(t)
	e := newEnv(t)
	e.now = start.Add(time.Hour)
	e.done(e.call("POST", "/updateStatus", "userID=2&statusID=1&browserRequestTime=5"))
	if got := e.user(2).Presence.Since; !got.Equal(e.now) {
		t.Errorf("since %v", got)
	}
}

func lastInternalCallID(t *testing.T) {
	field("POST", "/updateStatus", "userID=2&statusID=1", "lastInternalCallID", []string{"0", "1"},
		map[string]string{"x": "invalid", "-1": "out_of_range"})(t)
}

func exampleUpdateStatus(t *testing.T) {
	e := newEnv(t)
	if _, err := e.host.SetStatus(context.Background(), 1, user.Ready, 0); err != nil {
		t.Fatal(err)
	}
	e.done(e.replay("POST /api/v2/user/updateStatus"))
	if got := e.user(1).Presence; got.Status != user.Offline || got.CallID != 1 {
		t.Errorf("%+v", got)
	}
}

func locksTheStatus(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("POST", "/statusLock", "userID=2&status=8"))
	got := e.user(2).Presence
	if got.Status != user.DND || !got.Lock.Locked || got.Lock.By != 1 {
		t.Errorf("%+v", got)
	}
	if a := e.call("GET", "/settings", "userID=2"); a.Item["statusLocked"] != true || a.Item["statusID"] != 8.0 {
		t.Error(a.Text)
	}
	needs("POST", "/statusLock", "userID=2&status=1", "status")(t)
	e.refused(e.call("POST", "/statusLock", "userID=99&status=1"), http.StatusNotFound)
}

func lockedStatusStays(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("POST", "/statusLock", "userID=2&status=8"))
	before := e.revision()
	e.refused(e.call("POST", "/updateStatus", "userID=2&statusID=3"), http.StatusConflict)
	if e.revision() != before || e.user(2).Presence.Status != user.DND {
		t.Error("it changed")
	}
	e.done(e.call("POST", "/statusLockDelete", "userID=2"))
	e.done(e.call("POST", "/updateStatus", "userID=2&statusID=3"))
}

func lockOfOneself(t *testing.T) {
	for _, who := range []string{"", "userID=UID&"} {
		e := newEnv(t)
		e.done(e.call("POST", "/statusLock", who+"status=3"))
		if !e.user(1).Presence.Lock.Locked {
			t.Errorf("%q does not lock the key's own user", who)
		}
		e.done(e.call("POST", "/statusLockDelete", who))
		if e.user(1).Presence.Lock.Locked {
			t.Errorf("%q does not unlock the key's own user", who)
		}
	}
}

func deletesTheLock(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("POST", "/statusLock", "userID=2&status=8"))
	e.done(e.call("POST", "/statusLockDelete", "userID=2"))
	if got := e.user(2).Presence; got.Lock.Locked || got.Status != user.DND {
		t.Errorf("%+v", got)
	}
	e.done(e.call("POST", "/statusLockDelete", "userID=2"))
	e.refused(e.call("POST", "/statusLockDelete", "userID=99"), http.StatusNotFound)
}

func exampleLock(t *testing.T) {
	theExample("POST /api/v2/user/statusLock", func(e *env) {
		if got := e.user(1).Presence; got.Status != user.Offline || !got.Lock.Locked {
			t.Errorf("%+v", got)
		}
	})(t)
}

func exampleUnlock(t *testing.T) {
	e := newEnv(t)
	e.done(e.replay("POST /api/v2/user/statusLock"))
	e.done(e.replay("POST /api/v2/user/statusLockDelete"))
	if e.user(1).Presence.Lock.Locked {
		t.Error("it is locked")
	}
}

const reservePath = "/reserveUserForLiveChannel"

// free returns how many chats a user could be reserved for.
func (e *env) free(id user.ID) int { return e.user(id).Capacity.Free(e.now) }

func reservesTheFreest(t *testing.T) {
	e := newEnv(t)
	for _, want := range []user.ID{2, 4} {
		a := e.done(e.call("POST", reservePath, "channel=chat"))
		if a.UserID != want {
			t.Errorf("user %d, want %d: the one with the most free capacity and no reservation", a.UserID, want)
		}
		if a.Until != "2026-03-01 12:30:45" {
			t.Errorf("until %q", a.Until)
		}
	}
	if e.free(2) != 1 || e.free(4) != 0 {
		t.Errorf("free: %d, %d", e.free(2), e.free(4))
	}
	before := e.revision()
	e.refused(e.call("POST", reservePath, "channel=chat"), http.StatusConflict)
	if e.revision() != before {
		t.Error("something changed")
	}
}

func reservesTheNamed(t *testing.T) {
	e := newEnv(t)
	for range 2 {
		if a := e.done(e.call("POST", reservePath, "channel=chat&userID=2&state=1")); a.UserID != 2 {
			t.Error(a.Text)
		}
	}
	e.refused(e.call("POST", reservePath, "channel=chat&userID=2"), http.StatusConflict)
	e.refused(e.call("POST", reservePath, "channel=chat&userID=UID"), http.StatusConflict) // boss is offline
	e.refused(e.call("POST", reservePath, "channel=chat&userID=99"), http.StatusNotFound)
}

func reserveChannel(t *testing.T) {
	needs("POST", reservePath, "channel=chat", "channel")(t)
	field("POST", reservePath, "channel=chat", "channel", []string{"live_chat-1"},
		map[string]string{"a^b": "pattern", "a b": "pattern", "": "required"})(t)
	field("POST", reservePath, "channel=chat", "state", []string{"1", "true"},
		map[string]string{"2": "invalid", "": "invalid"})(t)
}

func releases(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("POST", reservePath, "channel=chat&userID=4"))
	e.refused(e.call("POST", reservePath, "channel=chat&userID=4"), http.StatusConflict)
	e.refused(e.call("POST", reservePath, "channel=other&userID=4&state=0"), http.StatusConflict)
	e.refused(e.call("POST", reservePath, "channel=chat&state=0"), 400, "userID:required")
	e.done(e.call("POST", reservePath, "channel=chat&userID=4&state=0"))
	if e.free(4) != 1 {
		t.Errorf("free: %d", e.free(4))
	}
	e.done(e.call("POST", reservePath, "channel=chat&userID=4"))
}

func reservationExpires(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("POST", reservePath, "channel=chat&userID=4"))
	e.now = start.Add(user.DefaultReservationTime - time.Microsecond)
	e.refused(e.call("POST", reservePath, "channel=chat&userID=4"), http.StatusConflict)
	e.now = start.Add(user.DefaultReservationTime)
	e.done(e.call("POST", reservePath, "channel=chat&userID=4"))
}

func theLastSlot(t *testing.T) {
	e := newEnv(t)
	var mu sync.Mutex
	var group sync.WaitGroup
	codes := map[int]int{}
	for range 16 {
		group.Go(func() {
			w := httptest.NewRecorder()
			e.handler.ServeHTTP(w, request("POST", reservePath, "channel=chat&userID=4"))
			mu.Lock()
			defer mu.Unlock()
			codes[w.Code]++
		})
	}
	group.Wait()
	if codes[200] != 1 || codes[409] != 15 {
		t.Errorf("%v", codes)
	}
}

// meddler does something before the next Update.
type meddler struct {
	storage.Storage
	first func()
}

func (m *meddler) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	if first := m.first; first != nil {
		m.first = nil
		first()
	}
	return m.Storage.Update(ctx, a, fn)
}

// TestStatusByAnAddressThatMoves gives an address to another user during the search. The call sets
// the status of the user that has the address in the end.
func TestStatusByAnAddressThatMoves(t *testing.T) {
	for query, want := range map[string]struct{ ann, dirk user.Status }{
		"":          {ann: user.Offline, dirk: user.DND},
		"&userID=2": {ann: user.Offline, dirk: user.Offline}, // no longer the address of dirk
		"&userID=4": {ann: user.Offline, dirk: user.Offline}, // not yet, when the two were compared
	} {
		m := &meddler{Storage: memstore.New()}
		e := newEnvOn(t, m, omnidesk.Options{})
		for _, id := range []user.ID{2, 4} {
			if _, err := e.host.SetStatus(t.Context(), id, user.Offline, 0); err != nil {
				t.Fatal(err)
			}
		}
		m.first = func() {
			_, err := e.host.Patch(t.Context(), 2, user.Patch{Email: user.Set("former@acme.example")})
			_, err2 := e.host.Patch(t.Context(), 4, user.Patch{Email: user.Set("ann@acme.example")})
			if err := errors.Join(err, err2); err != nil {
				t.Error(err)
			}
		}
		a := e.call("POST", "/updateStatus", "statusID=8&userEmailAddress=ann%40acme.example"+query)
		if query == "" {
			e.done(a)
		} else {
			e.refused(a, http.StatusBadRequest, "userEmailAddress:mismatch")
		}
		if ann, dirk := e.user(2).Presence.Status, e.user(4).Presence.Status; ann != want.ann || dirk != want.dirk {
			t.Errorf("%q: ann is %s, dirk %s", query, ann, dirk)
		}
	}
}
