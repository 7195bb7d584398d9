package roster_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func TestCreateAccountOnce(t *testing.T) {
	for _, s := range stores {
		w := empty(t, s.open())
		for name, err := range map[string]error{
			"Create":        second(w.host.Create(w.ctx, withID(0))),
			"Fund":          second(w.host.Fund(w.ctx, roster.FundParams{Amount: usd("1")})),
			"Transfer":      second(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{1}, Amount: usd("1")})),
			"Reverse":       second(w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: 1})),
			"Reserve":       second(w.host.Reserve(w.ctx, 0, "chat")),
			"UpdateAccount": second(w.host.UpdateAccount(w.ctx, user.Account{Currency: "USD"})),
			"Account":       second(w.host.Account(w.ctx)),
			"Balance":       second(w.host.Balance(w.ctx)),
			"Export":        w.host.Export(w.ctx, agent, io.Discard),
			"Import":        second(w.imports(w.host, lines(1, nil), roster.ImportParams{})),
		} {
			w.is(err, storage.ErrNotFound, name+" without an account")
		}
		a := must(w.host.CreateAccount(w.ctx, user.Account{Currency: "USD"}, roster.IfVersion(0)))
		if a.ID != "acme" || a.Version != 1 || !a.Created.Equal(noon) {
			t.Errorf("created %+v", a)
		}
		w.unchanged("once more", func() {
			w.is(second(w.host.CreateAccount(w.ctx, user.Account{Currency: "EUR"}, roster.IfVersion(77))), storage.ErrExists, "once more")
		})
		w.ok(second(empty(t, s.open()).failing("CreateAccount", roster.SystemActor(), func(h roster.Handle) error {
			return second(h.CreateAccount(w.ctx, user.Account{Currency: "USD"}))
		})))
	}
}

func TestMaxUsersCountsTheLiving(t *testing.T) {
	w := empty(t, stores[1].open())
	w.ok(second(w.host.CreateAccount(w.ctx, user.Account{Currency: "USD", MaxUsers: 2})))
	ann, bob := add(w.host, "ann"), add(w.host, "bob")
	w.unchanged("one too many", func() {
		w.is(second(w.host.Create(w.ctx, withID(0))), roster.ErrTooManyUsers, "a third")
		many := []roster.CreateParams{withID(0)}
		w.is(second(w.host.CreateMany(w.ctx, many, roster.DryRun())), roster.ErrTooManyUsers, "a third in a dry run")
	})
	w.ok(second(w.host.Delete(w.ctx, ann.ID)))
	add(w.host, "cid")
	w.is(second(w.host.Restore(w.ctx, ann.ID)), roster.ErrTooManyUsers, "a restored third")
	w.ok(second(w.host.Erase(w.ctx, bob.ID)))
	w.ok(second(w.host.Restore(w.ctx, ann.ID)))
}

func second[T any](_ T, err error) error { return err }

func TestPatchThatChangesNothingWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.unchanged("nothing", func() {
			h, c := w.host, w.ctx
			for i, r := range []roster.Result{
				must(h.Patch(c, agent, user.Patch{})), must(h.Enable(c, agent)), must(h.Replace(c, agent, w.user(agent), 0)),
				must(h.SetRoles(c, agent, user.RolesOf(user.Agent))), must(h.SetStatus(c, agent, user.Ready, 0)),
				must(h.UnlockStatus(c, agent)), must(h.SetView(c, agent, 1, true)),
				must(h.AddStatistic(c, agent, user.Statistic{Name: "waiting"})),
				must(h.WatchStatistic(c, agent, user.Statistic{Name: "waiting"}, false)),
			} {
				if r.User.ID != agent || r.Changed != 0 || r.Revision != w.state().Revision {
					t.Errorf("call %d: user %d, changed %v, revision %d", i, r.User.ID, r.Changed, r.Revision)
				}
			}
			w.ok(second(w.host.Edit(w.ctx, nil)))
			w.ok(second(w.host.DeleteMany(w.ctx, nil)))
			w.ok(second(w.host.CreateMany(w.ctx, nil)))
		})
	})
}

// TestProfilesInUseStay checks that a profile which users have cannot be deleted or get another
// role.
func TestProfilesInUseStay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{Profiles: user.Set(user.IDSetOf(managerProfile))})))
		w.ok(second(w.host.Delete(w.ctx, agent)))
		promoted := user.Reference{Kind: user.ReferenceProfile, ID: int64(managerProfile), Name: "Managers", Profile: user.Profile{Role: user.Admin}}
		w.unchanged("a profile in use", func() { // a deleted user has it and may be restored
			w.is(second(w.host.PutReference(w.ctx, promoted)), roster.ErrInUse, "another role")
			w.is(w.host.DeleteReference(w.ctx, user.ReferenceProfile, int64(managerProfile)), roster.ErrInUse, "deleted")
		})
		promoted.Name, promoted.Profile.Role = "Team leads", user.AgentManager
		ref := must(w.host.PutReference(w.ctx, promoted, roster.IfVersion(3)))
		got := must(w.host.ReferenceByName(w.ctx, user.ReferenceProfile, "Team leads"))
		if !got.Equal(ref) {
			t.Errorf("%+v is not %+v", got, ref)
		}
		_, err := w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceProfile, Name: "Agents"})
		w.is(err, storage.ErrExists, "another one of the name")
		w.ok(w.host.DeleteReference(w.ctx, user.ReferenceProfile, int64(plainProfile)))
		next := must(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceProfile, Name: "Next"}))
		if next.ID <= int64(plainProfile) {
			t.Errorf("the id %d was given twice", next.ID)
		}
	})
}

// TestNameReuse checks when the unique names of a deleted user can be taken: at once, after a
// hold, or never. A restored user keeps the own names.
func TestNameReuse(t *testing.T) {
	hour := user.NameReuse{Hold: time.Hour}
	for _, tt := range []struct {
		name  string
		reuse user.NameReuse
		after time.Duration
		free  bool
	}{
		{"at once", user.NameReuse{}, 0, true},
		{"within the hold", hour, time.Hour - time.Microsecond, false},
		{"when the hold ends", hour, time.Hour, true},
		{"never", user.NameReuse{Never: true}, 100 * 365 * 24 * time.Hour, false},
	} {
		each(t, func(t *testing.T, w *world) {
			w.ok(second(w.host.UpdateAccount(w.ctx, user.Account{Currency: "USD", NameReuse: tt.reuse})))
			before := w.user(agent)
			w.ok(second(w.host.Delete(w.ctx, agent)))
			w.now = w.now.Add(tt.after)
			u := must(w.host.Restore(w.ctx, agent, roster.DryRun())).User
			if u.Keys() != before.Keys() || !u.Lifecycle.HoldUntil.IsZero() {
				t.Errorf("%s: restored as %+v", tt.name, u.Lifecycle)
			}
			for what, u := range map[string]user.User{
				"login": named("Agent").User, "pid": {Identity: user.Identity{Login: "new1", PID: "p2"}},
				"fullName": {Identity: user.Identity{Login: "new2"}, Names: user.Names{Full: "Ann Agent"}},
			} {
				_, err := w.host.Create(w.ctx, roster.CreateParams{User: u}, roster.DryRun())
				var taken *storage.ExistsError
				if tt.free && err != nil || !tt.free && (!errors.As(err, &taken) || taken.What != what || taken.ID != int64(agent)) {
					t.Errorf("%s: %s: %v", tt.name, what, err)
				}
			}
			seen := w.start()
			_, renamed := w.host.Patch(w.ctx, other, user.Patch{Login: user.Set("agent")})
			_, restored := w.host.Restore(w.ctx, agent)
			if tt.free != (renamed == nil) || tt.free != errors.Is(restored, storage.ErrExists) {
				t.Errorf("%s: renamed to it: %v, then restored: %v", tt.name, renamed, restored)
			}
			c := must(w.host.Changes(w.ctx, storage.ChangeQuery{After: seen}))
			if tt.reuse.Hold > 0 && tt.free && (len(c) != 2 || c[0].Type != storage.NamesReleased || c[0].UserID != agent) {
				t.Errorf("%s: the names were released without a change: %v", tt.name, c)
			}
		})
	}
}

// TestCallsThatTakeManyAreWhole checks that the error of the last item undoes the items before
// it, and that it holds the index of the item.
func TestCallsThatTakeManyAreWhole(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h, c := w.host, w.ctx
		edits := []roster.Edit{
			{ID: agent, Patch: user.Patch{LastName: user.Set("x")}}, {ID: other, Patch: user.Patch{Login: user.Set("boss")}},
		}
		w.unchanged("refused calls", func() {
			for name, err := range map[string]error{
				"CreateMany": second(h.CreateMany(c, []roster.CreateParams{withID(0), named("agent")})),
				"Edit":       second(h.Edit(c, edits)),
				"DeleteMany": second(h.DeleteMany(c, []user.ID{agent, gone})),
				"GetMany":    second(h.GetMany(c, agent, gone)),
				"Balances":   second(h.Balances(c, agent, noUser)),
			} {
				var at *roster.ItemError
				if !errors.As(err, &at) || at.Index != 1 || at.Err == nil || !strings.Contains(err.Error(), "item 1") {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	})
}

// TestReservations checks that concurrent calls do not reserve more slots than a user has, and
// that a reservation ends in time.
func TestReservations(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		results := make(chan error, 8)
		for range cap(results) {
			go func() { results <- second(w.host.Reserve(w.ctx, agent, "chat")) }()
		}
		got := map[error]int{}
		for range cap(results) {
			got[<-results]++
		}
		if got[nil] != 3 || got[user.ErrNoCapacity] != 5 { // of four, one was reserved before
			t.Errorf("got %v", got)
		}
		w.now = w.now.Add(user.DefaultReservationTime)
		reserves := func(id user.ID, channel string, lasts time.Duration) {
			u := must(w.host.Reserve(w.ctx, id, channel)).User
			if until, _ := u.Capacity.ReservedUntil(channel); u.ID != agent || !until.Equal(w.now.Add(lasts)) {
				t.Errorf("%s of user %d until %v", channel, u.ID, until)
			}
		}
		reserves(0, "chat", user.DefaultReservationTime)
		w.is(second(w.host.Reserve(w.ctx, 0, "chat")), roster.ErrNoAgentAvailable, "no user is free")
		w.ok(second(w.host.UpdateAccount(w.ctx, user.Account{Currency: "USD", ReservationTime: time.Hour})))
		reserves(agent, "call", time.Hour)
	})
}

// TestAStatusAndAStatisticAreStored checks the arguments of SetStatus and WatchStatistic.
func TestAStatusAndAStatisticAreStored(t *testing.T) {
	w, waiting := newWorld(t, memstore.New()), user.Statistic{Name: "waiting"} // which agent has
	w.ok(second(w.host.WatchStatistic(w.ctx, agent, waiting, true)))
	w.ok(second(w.host.WatchStatistic(w.ctx, agent, waiting, false)))
	u := must(w.host.SetStatus(w.ctx, agent, user.DND, 7)).User
	if p := u.Presence; p.Status != user.DND || p.CallID != 7 || !u.Preferences.Statistics.Equal(user.ListOf(waiting)) {
		t.Errorf("status %v in call %d, statistics %v", p.Status, p.CallID, u.Preferences.Statistics)
	}
}
