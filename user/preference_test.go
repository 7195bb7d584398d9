package user

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
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

func TestPreferencesDoNotGrowBeyondWhatAPatchCanSet(t *testing.T) {
	views := make([]ViewID, MaxIDs+1)
	for i := range views {
		views[i] = ViewID(i + 1)
	}
	statistics, campaigns := make([]Statistic, MaxListed+1), make([]Campaign, MaxListed+1)
	for i := range statistics {
		statistics[i].Name, campaigns[i].Name = fmt.Sprint(i), fmt.Sprint(i)
	}
	most := Preferences{
		Views: IDSetOf(views[1:]...), Statistics: ListOf(statistics[1:]...), Campaigns: ListOf(campaigns[1:]...),
	}
	if err := most.CheckSize(); err != nil {
		t.Error(err)
	}
	over := Preferences{Views: IDSetOf(views...), Statistics: ListOf(statistics...), Campaigns: ListOf(campaigns...)}
	want := []string{
		"/preferences/campaigns out_of_range", "/preferences/statistics out_of_range", "/preferences/views out_of_range",
	}
	if d := cmp.Diff(want, problems(t, over.CheckSize())); d != "" {
		t.Error(d)
	}
}
