package permission

import (
	"sync"

	"github.com/ca74b63c/roster/user"
)

// Omnidesk returns the policy of Omnidesk's user controller: four permissions of an API key, by
// endpoint. Roles do not matter. An action without an endpoint, such as to delete a user or to
// move money, is denied to every actor except Actor.System.
func Omnidesk() *Policy { return omnideskOnce() }

var omnideskOnce = sync.OnceValue(func() *Policy { return must(omnidesk()) })

const (
	omnideskRead     = `Omnidesk: "Endpoints that require the USER_READ permission: GET index, GET settings"`
	omnideskReserve  = `Omnidesk: "Endpoints that require the API_RESERVE_USER permission: POST reserveUserForLiveChannel"`
	omnideskBrowsing = `Omnidesk: "Endpoints that require the USER_ANONYMOUS_BROWSING_UPDATE permission: PUT ticketIncognitoMode"`
	omnideskOther    = `Omnidesk: "All other endpoints require the USER_CUD permission."`
)

func omnidesk() Spec {
	return Spec{
		Name:       "omnidesk",
		Source:     "Omnidesk API specification, User",
		Operations: omnideskOperations(),
		Rows:       omnideskRows(),
	}
}

func omnideskRows() []Row {
	read, cud := PermissionsOf(PermUserRead), PermissionsOf(PermUserCUD)
	// What POST /user and PUT /user/{id} take. Without the limit PUT /user/{id} would be a way
	// around USER_ANONYMOUS_BROWSING_UPDATE.
	fields := user.AttributesOf(user.AttrFirstName, user.AttrLastName, user.AttrLogin, user.AttrEmail, user.AttrPhone,
		user.AttrLanguage, user.AttrDateFormat, user.AttrGroups)
	switches := user.AttributesOf(user.AttrChatSound, user.AttrNotifyAssignment, user.AttrAutoAnswer)
	return []Row{
		{
			Name: "user-read", Actions: ActionsOf(UserList, UserReadSettings), Permissions: read,
			Source: omnideskRead, Basis: Documented,
		},
		{
			Name: "user-read-one", Actions: ActionsOf(UserRead), Permissions: read,
			Source: "a read of one user is a list with a query for the user", Basis: Assumed,
		},
		{
			Name: "api-reserve-user", Actions: ActionsOf(Reserve), Permissions: PermissionsOf(PermReserveUser),
			Source: omnideskReserve, Basis: Documented,
		},
		{
			Name: "user-anonymous-browsing-update", Actions: ActionsOf(IncognitoSet),
			Permissions: PermissionsOf(PermUserAnonymousBrowsingUpdate),
			Source:      omnideskBrowsing, Basis: Documented,
		},
		{
			Name: "user-cud-fields", Actions: ActionsOf(UserCreate, UserUpdate, UserRename), Permissions: cud,
			Attributes: fields, Source: omnideskOther, Basis: Documented,
		},
		{
			Name: "user-cud-switches", Actions: ActionsOf(PreferencesSet), Permissions: cud,
			Attributes: switches, Source: omnideskOther, Basis: Documented,
		},
		{
			Name: "user-cud",
			Actions: ActionsOf(ViewsRead, ViewsSet, CapacitySet, StatisticSet, StatisticDelete, WatchSet, TabRefresh,
				PresenceSet, CampaignSet, StatusLock, StatusUnlock, ActivationSend),
			Permissions: cud, Source: omnideskOther, Basis: Documented,
		},
	}
}

// omnideskOperations returns the operations of Omnidesk's API for users, each with the actions that
// it needs. There are 23: the 22 endpoints of the document, and POST reserveUserForLiveChannel,
// which only the document's list of permissions names.
func omnideskOperations() []Operation {
	const base = "/api/v2/user"
	documented := func(name string, does Action, also ...Action) Operation {
		return Operation{Name: name, Actions: ActionsOf(does), Also: ActionsOf(also...), Basis: Documented}
	}
	ops := []Operation{
		documented("GET "+base, UserList),
		documented("GET "+base+"/settings", UserReadSettings),
		documented("GET "+base+"/getUserViews", ViewsRead), // not in the list of USER_READ
		documented("POST "+base, UserCreate, ActivationSend),
		documented("PUT "+base+"/{id}", UserUpdate, UserRename),
		documented("PUT "+base+"/updateUserView", ViewsSet),
		documented("PUT "+base+"/maxChats", CapacitySet),
		documented("PUT "+base+"/chatSoundNewMessage", PreferencesSet),
		documented("PUT "+base+"/notifyOnTicketAssignment", PreferencesSet),
		documented("POST "+base+"/userStatistic", StatisticSet),
		documented("DELETE "+base+"/userStatistic", StatisticDelete),
		documented("PUT "+base+"/watch", WatchSet),
		documented("POST "+base+"/refreshTab", TabRefresh),
		documented("POST "+base+"/updateStatus", PresenceSet),
		documented("PUT "+base+"/ticketIncognitoMode", IncognitoSet),
		documented("PUT "+base+"/callsAutoAnswer", PreferencesSet),
		documented("POST "+base+"/userCampaignState", CampaignSet),
		documented("POST "+base+"/statusLock", StatusLock),
		documented("POST "+base+"/statusLockDelete", StatusUnlock),
		documented("PUT "+base+"/usernameUpdate", UserRename),
		documented("PUT "+base+"/firstnameUpdate", UserUpdate),
		documented("PUT "+base+"/lastnameUpdate", UserUpdate),
		documented("POST "+base+"/reserveUserForLiveChannel", Reserve),
	}
	return ops
}
