package memstore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func (w *writer) AppendChange(ctx context.Context, c storage.Change) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	if !w.loading {
		c.ID = storage.ChangeID{Revision: w.Next(), Index: w.nth}
	} else if err := w.loaded(c.ID); err != nil {
		return err
	}
	w.nth++
	c = c.Clone()
	c.Created = w.shared(c.Created)
	w.state.changes.append(c)
	w.wrote = true
	return nil
}

// shared returns a user that is the same as u and does not change: nearly always one that is stored anyway, as he is
// now or was before this transaction, so that the history of a user costs what differs. Else it is a copy.
func (w *writer) shared(u *user.User) *user.User {
	if u == nil {
		return nil
	}
	for _, kept := range [...]*user.User{w.state.user(u.ID), w.latest, w.before.user(u.ID)} {
		if kept != nil && identical(kept, u) {
			return kept
		}
	}
	c := *u
	return &c
}

// identical reports whether a and b are the same to the last bit that can be seen. It is stricter than
// user.User.Equal, which compares what the model means.
func identical(a, b *user.User) bool {
	return a.ID == b.ID && a.Version == b.Version && a.Identity == b.Identity && a.Names == b.Names &&
		a.Contact == b.Contact && a.Credentials == b.Credentials && a.Presence == b.Presence &&
		a.Billing == b.Billing && a.Lifecycle == b.Lifecycle &&
		sameCapacity(&a.Capacity, &b.Capacity) && a.Management.ManagerOf.Equal(b.Management.ManagerOf) &&
		samePreferences(&a.Preferences, &b.Preferences) && sameAccess(&a.Access, &b.Access)
}

func sameCapacity(a, b *user.Capacity) bool {
	return a.MaxChats == b.MaxChats && a.MaxAsyncChats == b.MaxAsyncChats && a.MemberOf == b.MemberOf &&
		a.Skills.Equal(b.Skills) && a.Queues.Equal(b.Queues) && a.Reservations.Equal(b.Reservations)
}

func samePreferences(a, b *user.Preferences) bool {
	return a.ChatSound == b.ChatSound && a.NotifyAssignment == b.NotifyAssignment && a.Incognito == b.Incognito &&
		a.AutoAnswer == b.AutoAnswer && a.Views.Equal(b.Views) && a.Statistics.Equal(b.Statistics) &&
		a.Campaigns.Equal(b.Campaigns)
}

func sameAccess(a, b *user.Access) bool {
	return a.Disabled == b.Disabled && a.DisabledManually == b.DisabledManually && a.Granted == b.Granted &&
		a.Roles == b.Roles && a.AllowedAppKeys == b.AllowedAppKeys && a.OAuth2ClientID == b.OAuth2ClientID &&
		a.Profiles.Equal(b.Profiles) && a.Groups.Equal(b.Groups) && a.PermissionGroups.Equal(b.PermissionGroups) &&
		a.Applications.Equal(b.Applications) && a.LinesOfBusiness.Equal(b.LinesOfBusiness) &&
		a.Devices.Equal(b.Devices)
}

// compact forgets the oldest changes if there are more than most.
func (s *state) compact(most int) {
	if s.changes.len() > most {
		first := s.changes.end - most
		s.compacted = s.changes.at(first - 1).ID
		s.changes.dropTo(first)
	}
}

func (r *reader) Changes(ctx context.Context, after storage.ChangeID, limit int) ([]storage.Change, error) {
	most, err := r.limited(ctx, limit)
	if err != nil {
		return nil, err
	}
	if err := storage.CheckKept(after, r.state.compacted); err != nil {
		return nil, r.fail(fmt.Errorf("memstore: %w", err))
	}
	log := &r.state.changes
	from := log.search(func(c *storage.Change) bool { return after.Less(c.ID) })
	var list []storage.Change
	for i := from; i < min(log.end, from+most); i++ {
		list = append(list, log.at(i).Clone())
	}
	return list, nil
}

func (w *writer) Scrub(ctx context.Context, id user.ID) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	log := &w.state.changes
	all := func(yield func(int) bool) {
		for i := log.first; i < log.end && yield(i); i++ {
		}
	}
	log.rewrite(all, func(c *storage.Change) bool {
		if c.UserID != id || c.Created == nil && c.Diff == nil && c.Detail == "" {
			return false
		}
		*c = c.Scrubbed()
		return true
	})
	w.state.forgetName(id)
	w.wrote = true
	return nil
}
