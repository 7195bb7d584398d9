package model

import (
	"context"
	"fmt"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
)

// step returns a call that changes one user.
func step(name string, how How, front func(context.Context, roster.Handle, ...roster.CallOption) (roster.Result, error),
	model func(*Model) (Result, error),
) Op {
	return Op{
		name + how.String(),
		func(ctx context.Context, f *Front) (any, error) {
			r, err := front(ctx, f.as(how), how.options()...)
			return showResult(r), err
		},
		func(m *Model) (any, error) { return model(m) },
	}
}

func drawDelete(t *rapid.T, m *Model) Op {
	id := anyone(t, m)
	return remove(id, howBy(t, m, id))
}

func remove(id int, how How) Op {
	return step(fmt.Sprint("Delete ", id), how,
		func(ctx context.Context, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.Delete(ctx, user.ID(id), o...)
		},
		func(m *Model) (Result, error) {
			list, err := m.delete([]int{id}, true, how)
			return first(list), err
		})
}

func drawDeleteMany(t *rapid.T, m *Model) Op {
	ids, how := someone(t, m, 3), howBy(t, m, 0)
	return Op{
		fmt.Sprint("DeleteMany ", ids, how.String()),
		func(ctx context.Context, f *Front) (any, error) {
			list, err := f.as(how).DeleteMany(ctx, userIDs(ids), how.options()...)
			return showResults(list), err
		},
		func(m *Model) (any, error) { return m.delete(ids, false, how) },
	}
}

func userIDs(ids []int) (list []user.ID) {
	for _, id := range ids {
		list = append(list, user.ID(id))
	}
	return list
}

func drawDeleteAll(t *rapid.T, m *Model) Op {
	application, except, how := one(t, "application", "1", "2", ""), someone(t, m, 3), howBy(t, m, 0)
	l := roster.ListParams{}
	if application != "" {
		l.Applications = []user.ApplicationID{user.ApplicationID(atoi(application))}
	}
	return Op{
		fmt.Sprint("DeleteAll application=", application, " except ", except, how.String()),
		func(ctx context.Context, f *Front) (any, error) {
			d, err := f.as(how).DeleteAll(ctx, l, userIDs(except), how.options()...)
			shown := deletion{Revision: int(d.Revision), Kept: int(d.Kept)}
			for _, id := range d.IDs {
				shown.IDs = append(shown.IDs, int(id))
			}
			return shown, err
		},
		func(m *Model) (any, error) { return m.deleteAll(application, except, how) },
	}
}

func drawRestore(t *rapid.T, m *Model) Op {
	id := anyone(t, m)
	how := howBy(t, m, id)
	return step(fmt.Sprint("Restore ", id), how,
		func(ctx context.Context, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.Restore(ctx, user.ID(id), o...)
		},
		func(m *Model) (Result, error) { return m.restore(id, how) })
}

func drawErase(t *rapid.T, m *Model) Op {
	id := anyone(t, m)
	how := howBy(t, m, id)
	return step(fmt.Sprint("Erase ", id), how,
		func(ctx context.Context, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.Erase(ctx, user.ID(id), o...)
		},
		func(m *Model) (Result, error) { return m.erase(id, how) })
}

func drawStatus(t *rapid.T, m *Model) Op {
	id, status, call := anyone(t, m), one(t, "status", "READY", "ONLINE", ""), rapid.IntRange(0, 1).Draw(t, "call")
	how := howTo(t, m, id)
	return step(fmt.Sprintf("SetStatus %d %q call=%d", id, status, call), how,
		func(ctx context.Context, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.SetStatus(ctx, user.ID(id), statusOf(status), int64(call), o...)
		},
		func(m *Model) (Result, error) { return m.setStatus(id, status, call, how) })
}

func drawLock(t *rapid.T, m *Model) Op {
	id, status := anyone(t, m), one(t, "status", "READY", "DND")
	how := howTo(t, m, id)
	return step(fmt.Sprintf("LockStatus %d %s", id, status), how,
		func(ctx context.Context, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.LockStatus(ctx, user.ID(id), statusOf(status), o...)
		},
		func(m *Model) (Result, error) { return m.lockStatus(id, status, how) })
}

func drawUnlock(t *rapid.T, m *Model) Op {
	id := anyone(t, m)
	how := howTo(t, m, id)
	return step(fmt.Sprint("UnlockStatus ", id), how,
		func(ctx context.Context, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.UnlockStatus(ctx, user.ID(id), o...)
		},
		func(m *Model) (Result, error) { return m.unlockStatus(id, how) })
}

func drawReserve(t *rapid.T, m *Model) Op {
	id, channel := anyOrNone(t, m), one(t, "channel", "chat", "voice")
	how := howTo(t, m, id)
	return step(fmt.Sprint("Reserve ", id, " ", channel), how,
		func(ctx context.Context, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.Reserve(ctx, user.ID(id), channel, o...)
		},
		func(m *Model) (Result, error) { return m.reserve(id, channel, how) })
}

func drawRelease(t *rapid.T, m *Model) Op {
	id, channel := anyone(t, m), one(t, "channel", "chat", "voice")
	how := howTo(t, m, id)
	return step(fmt.Sprint("Release ", id, " ", channel), how,
		func(ctx context.Context, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.Release(ctx, user.ID(id), channel, o...)
		},
		func(m *Model) (Result, error) { return m.release(id, channel, how) })
}

func drawView(t *rapid.T, m *Model) Op {
	id, view, selected := anyone(t, m), one(t, "view", "1", "2"), sometimes(t, "selected", 2)
	how := howTo(t, m, id)
	return step(fmt.Sprint("SetView ", id, " ", view, " ", selected), how,
		func(ctx context.Context, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.SetView(ctx, user.ID(id), user.ViewID(atoi(view)), selected, o...)
		},
		func(m *Model) (Result, error) { return m.setView(id, view, selected, how) })
}

func drawStatistic(t *rapid.T, m *Model) Op {
	id, name := one(t, "id", 1, 2), one(t, "name", "waiting", "waiting", "answered")
	act := one(t, "act", "Add", "Watch", "Add", "Delete", "Add", "Unwatch")
	how, s := howTo(t, m, id), user.Statistic{Name: name}
	return step(fmt.Sprint(act, "Statistic ", id, " ", name), how,
		func(ctx context.Context, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			switch act {
			case "Add":
				return h.AddStatistic(ctx, user.ID(id), s, o...)
			case "Delete":
				return h.DeleteStatistic(ctx, user.ID(id), s, o...)
			}
			return h.WatchStatistic(ctx, user.ID(id), s, act == "Watch", o...)
		},
		func(m *Model) (Result, error) {
			switch act {
			case "Add":
				return m.addStatistic(id, name+"/", how)
			case "Delete":
				return m.changeStatistic(id, name+"/", "", how)
			}
			return m.changeStatistic(id, name+"/", fmt.Sprint(act == "Watch"), how)
		})
}
