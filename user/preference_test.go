package user

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestStatistics(t *testing.T) {
	// documented, Omnidesk: "Adds user statistic KPI.", "Deletes user statistic settings.",
	// "Updates this user's statistics watch setting."
	calls, today := Statistic{Name: "calls"}, Statistic{Name: "calls", Option: "today"}
	all := Statistic{Name: "calls", Option: "today", Secondary: "all"}
	p := Preferences{}.WithStatistic(calls).WithStatistic(today).WithStatistic(all)
	if got := p.Statistics.Slice(); !slices.Equal(got, []Statistic{calls, today, all}) {
		t.Error("name and both options tell one from another:", got)
	}
	watched := today
	watched.Watched = true
	q := p.WithStatistic(watched)
	if got := q.Statistics.Slice(); !slices.Equal(got, []Statistic{calls, watched, all}) {
		t.Error("a watch keeps its place:", got)
	}
	if got, ok := q.Statistic(today); !ok || !got.Watched {
		t.Error(got, ok)
	}
	if got, ok := p.Statistic(today); !ok || got.Watched {
		t.Error("the old value changed:", got, ok)
	}
	if got := q.AddStatistic(today).AddStatistic(calls).Statistics.Slice(); !slices.Equal(got, []Statistic{calls, watched, all}) {
		t.Error("adding once more ends no watch:", got)
	}
	other := Statistic{Name: "other"}
	if got := q.AddStatistic(other).AddStatistic(watched).Statistics.Slice(); !slices.Equal(got, []Statistic{calls, watched, all, other}) {
		t.Error("a new one comes last:", got)
	}
	if got, _ := p.AddStatistic(watched).Statistic(today); !got.Watched {
		t.Error("added as watched, it is not:", got)
	}
	q = q.WithoutStatistic(today)
	if _, ok := q.Statistic(today); ok || q.Statistics.Len() != 2 {
		t.Error(q.Statistics)
	}
	if got := q.WithoutStatistic(today); !got.Statistics.Equal(q.Statistics) {
		t.Error("deleting what is not there:", got.Statistics)
	}
}

func TestCampaigns(t *testing.T) {
	// documented, Omnidesk: "Sets this user's active or inactive campaigns."
	p := Preferences{}.WithCampaign(Campaign{"spring", true}).WithCampaign(Campaign{"summer", true})
	q := p.WithCampaign(Campaign{"spring", false})
	if got := q.Campaigns.Slice(); !slices.Equal(got, []Campaign{{"spring", false}, {"summer", true}}) {
		t.Error(got)
	}
	if got := p.Campaigns.Slice(); !got[0].Active {
		t.Error("the old value changed:", got)
	}
}

func TestViews(t *testing.T) {
	// documented, Omnidesk: "Updates the selected views for this user."
	p := Preferences{}.WithView(2, true).WithView(1, true).WithView(2, true)
	if !p.Views.Equal(IDSetOf[ViewID](1, 2)) {
		t.Error(p.Views)
	}
	if q := p.WithView(2, false).WithView(3, false); !q.Views.Equal(IDSetOf[ViewID](1)) {
		t.Error(q.Views)
	}
}

func TestStatusLock(t *testing.T) {
	// documented, Omnidesk: "Sets this user to a specific status and locks it."; "Deletes the
	// status lock on this user."
	hour := noon.Add(time.Hour)
	p := Presence{Status: Ready, Since: noon}

	locked := p.LockAt(Timeout, 5, hour.In(noonZone))
	if want := (Presence{Status: Timeout, Since: hour, Lock: StatusLock{true, 5, hour}}); locked != want {
		t.Errorf("locked: %v, want %v", locked, want)
	}
	// assumed: updateStatus refuses until statusLockDelete.
	if got, err := locked.To(Ready, hour); !errors.Is(err, ErrStatusLocked) || got != locked {
		t.Error(got, err)
	}
	if got, err := locked.To(Timeout, hour.Add(1)); err != nil || got != locked {
		t.Errorf("the present status: %v, %v", got, err)
	}
	if got := locked.LockAt(Timeout, 6, hour.Add(time.Minute)); got.Since != hour || got.Lock.By != 6 {
		t.Errorf("a second lock takes the place of the first, the status stays: %v", got)
	}
	if got := p.LockAt(Ready, 5, hour); got.Since != noon {
		t.Errorf("locked in the present status: %v", got)
	}
	if got, err := p.To(DND, beyond); !errors.Is(err, ErrTime) || got != p {
		t.Errorf("too late: %v, %v", got, err)
	}
	open := locked.Unlocked()
	if open.Status != Timeout || open.Since != hour || open.Lock != (StatusLock{}) {
		t.Errorf("unlocked: %v", open)
	}
	if got, err := open.To(Ready, noon.In(noonZone)); err != nil || got != p {
		t.Error(got, err)
	}
}
