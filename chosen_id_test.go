package roster_test

import (
	"errors"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// TestChosenIDsStayBelow2To53 checks that only the system actor can choose an id of 2^53 or more,
// whose digits JavaScript would lose.
func TestChosenIDsStayBelow2To53(t *testing.T) {
	const first = 1 << 53
	each(t, func(t *testing.T, w *world) {
		owner := w.as(boss)
		for _, tt := range []struct {
			name, path string
			do         func(h roster.Handle, id int64) error
		}{
			{"user", "/id", func(h roster.Handle, id int64) error { return second(h.Create(w.ctx, withID(user.ID(id)))) }},
			{"users", "/0/id", func(h roster.Handle, id int64) error {
				return second(h.CreateMany(w.ctx, []roster.CreateParams{withID(user.ID(id))}))
			}},
			{"reference data", "/id", func(h roster.Handle, id int64) error {
				return second(h.PutReference(w.ctx, user.Reference{Kind: user.ReferenceSkill, ID: id, Name: "Frisian"}))
			}},
			{"group", "/capacity/memberOf", func(h roster.Handle, id int64) error {
				return second(h.Patch(w.ctx, agent, user.Patch{MemberOf: user.Set(user.GroupID(id))}))
			}},
			{"queue", "/capacity/queues/1", func(h roster.Handle, id int64) error {
				return second(h.Patch(w.ctx, agent, user.Patch{Queues: user.Set(user.IDSetOf(1, user.QueueID(id)))}))
			}},
			{"permission group", "/access/permissionGroups/0", func(h roster.Handle, id int64) error {
				return second(h.Patch(w.ctx, agent, user.Patch{PermissionGroups: user.Set(user.IDSetOf(user.PermissionGroupID(id)))}))
			}},
			{"view", "/preferences/views/0", func(h roster.Handle, id int64) error { // the place among those named
				return second(h.SetView(w.ctx, agent, user.ViewID(id), true))
			}},
			{"device of a new user", "/access/devices/0", func(h roster.Handle, id int64) error {
				n := withID(0)
				n.User.Access.Devices = user.IDSetOf(user.DeviceID(id))
				return second(h.Create(w.ctx, n))
			}},
			{"call", "/presence/callId", func(h roster.Handle, id int64) error {
				return second(h.SetStatus(w.ctx, agent, user.Ready, id))
			}},
		} {
			w.unchanged(tt.name, func() {
				var invalid *validate.Error
				err := tt.do(owner, first)
				if !errors.As(err, &invalid) || len(invalid.Problems) != 1 || invalid.Problems[0].Path != tt.path ||
					invalid.Problems[0].Code != validate.OutOfRange {
					t.Errorf("%s %d: %v", tt.name, first, err)
				}
			})
		}
		w.ok(second(owner.Create(w.ctx, withID(first-1))))
		w.ok(second(owner.SetStatus(w.ctx, agent, user.Ready, first-1)))
		w.ok(second(w.host.SetStatus(w.ctx, agent, user.Ready, 1<<63-1)))
		w.ok(second(w.host.Create(w.ctx, roster.CreateParams{User: user.User{ID: first, Identity: user.Identity{Login: "far"}}})))
		ref := user.Reference{Kind: user.ReferenceSkill, ID: 1 << 62, Name: "Frisian"}
		w.ok(second(w.host.PutReference(w.ctx, ref)))
		ref.Description = "the host chose the id"
		w.ok(second(owner.PutReference(w.ctx, ref)))
		w.ok(second(owner.Patch(w.ctx, agent, user.Patch{Skills: user.Set(user.IDSetOf(user.SkillID(ref.ID)))})))
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{Queues: user.Set(user.IDSetOf[user.QueueID](first))})))
		w.ok(second(owner.Patch(w.ctx, agent, user.Patch{Queues: user.Set(user.IDSetOf[user.QueueID](1, first))})))
	})
}
