package omnidesk

import (
	"github.com/ca74b63c/roster/user"
)

// The names of what a user has are those under which the calls take it; the document shows no answer.

// item is a user in a list. What extended adds is nil without it.
type item struct {
	profile
	Settings   *switches   `json:"settings,omitempty"`
	Views      []int64     `json:"views,omitzero"`
	Statistics []statistic `json:"statistics,omitzero"`
	Campaigns  []campaign  `json:"campaigns,omitzero"`
}

// everything is all that the PUT calls set of a user (GET settings).
type everything struct {
	profile
	switches
	Views      []int64     `json:"views"`
	Statistics []statistic `json:"statistics"`
	Campaigns  []campaign  `json:"campaigns"`
}

// profile is what POST and PUT of a user take, and how he is.
type profile struct {
	ID         int64   `json:"id"`
	Firstname  string  `json:"firstname"`
	Lastname   string  `json:"lastname"`
	Name       string  `json:"name"`
	Email      string  `json:"email"`
	Telephone  string  `json:"telephone"`
	Language   string  `json:"language"`
	DateFormat string  `json:"dateFormat"`
	Groups     []int64 `json:"groups"`
	Active     bool    `json:"active"`
	StatusID   int     `json:"statusID"`
	Locked     bool    `json:"statusLocked"`
}

type switches struct {
	MaxChats                 int  `json:"maxChats"`
	ChatSoundNewMessage      bool `json:"chatSoundNewMessage"`
	NotifyOnTicketAssignment bool `json:"notifyOnTicketAssignment"`
	TicketIncognitoMode      bool `json:"ticketIncognitoMode"`
	CallsAutoAnswer          bool `json:"callsAutoAnswer"`
}

type statistic struct {
	Name      string `json:"statistic"`
	Option    string `json:"statisticPrimaryOption"`
	Secondary string `json:"statisticSecondaryOption"`
	Watched   bool   `json:"watch"`
}

type campaign struct {
	Name  string `json:"campaign"`
	State bool   `json:"state"`
}

func itemOf(u *user.User, extended bool) item {
	i := item{profile: profileOf(u)}
	if extended {
		s := switchesOf(u)
		i.Settings = &s
		i.Views, i.Statistics, i.Campaigns = ids(u.Preferences.Views), statisticsOf(u), campaignsOf(u)
	}
	return i
}

func everythingOf(u *user.User) everything {
	return everything{profileOf(u), switchesOf(u), ids(u.Preferences.Views), statisticsOf(u), campaignsOf(u)}
}

func profileOf(u *user.User) profile {
	return profile{
		ID: int64(u.ID), Firstname: u.Names.First, Lastname: u.Names.Last, Name: u.Identity.Login,
		Email: u.Contact.Email, Telephone: u.Contact.Phone, Language: u.Contact.Language,
		DateFormat: u.Contact.DateFormat, Groups: ids(u.Access.Groups), Active: u.Enabled(),
		StatusID: u.Presence.Status.Number(), Locked: u.Presence.Lock.Locked,
	}
}

func switchesOf(u *user.User) switches {
	p := &u.Preferences
	return switches{u.Capacity.MaxChats, p.ChatSound, p.NotifyAssignment, p.Incognito, p.AutoAnswer}
}

func statisticsOf(u *user.User) []statistic {
	list := make([]statistic, 0, u.Preferences.Statistics.Len())
	for s := range u.Preferences.Statistics.All() {
		list = append(list, statistic{s.Name, s.Option, s.Secondary, s.Watched})
	}
	return list
}

func campaignsOf(u *user.User) []campaign {
	list := make([]campaign, 0, u.Preferences.Campaigns.Len())
	for c := range u.Preferences.Campaigns.All() {
		list = append(list, campaign{c.Name, c.Active})
	}
	return list
}

func ids[T ~int64](set user.IDs[T]) []int64 {
	list := make([]int64, 0, set.Len())
	for id := range set.All() {
		list = append(list, int64(id))
	}
	return list
}
