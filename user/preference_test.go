package user

import (
	"slices"
	"testing"
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
