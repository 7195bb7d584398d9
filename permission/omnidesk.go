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
		{Name: "user-read", Actions: ActionsOf(UserList, UserReadSettings), Permissions: read, Source: omnideskRead,
			Basis: Documented},
		{Name: "user-read-one", Actions: ActionsOf(UserRead), Permissions: read,
			Source: "a read of one user is a list with a query for the user", Basis: Assumed},
		{Name: "api-reserve-user", Actions: ActionsOf(Reserve), Permissions: PermissionsOf(PermReserveUser),
			Source: omnideskReserve, Basis: Documented},
		{Name: "user-anonymous-browsing-update", Actions: ActionsOf(IncognitoSet),
			Permissions: PermissionsOf(PermUserAnonymousBrowsingUpdate), Source: omnideskBrowsing, Basis: Documented},
		{Name: "user-cud-fields", Actions: ActionsOf(UserCreate, UserUpdate, UserRename), Permissions: cud,
			Attributes: fields, Source: omnideskOther, Basis: Documented},
		{Name: "user-cud-switches", Actions: ActionsOf(PreferencesSet), Permissions: cud, Attributes: switches,
			Source: omnideskOther, Basis: Documented},
		{Name: "user-cud",
			Actions: ActionsOf(ViewsRead, ViewsSet, CapacitySet, StatisticSet, StatisticDelete, WatchSet, TabRefresh,
				PresenceSet, CampaignSet, StatusLock, StatusUnlock, ActivationSend),
			Permissions: cud, Source: omnideskOther, Basis: Documented},
	}
}

// omnideskOperations returns the operations of Omnidesk's API for users, each with the actions that
// it needs. There are 23: the 22 endpoints of the document, and POST reserveUserForLiveChannel,
// which only the document's list of permissions names.
func omnideskOperations() []Operation {
	const base = "/api/v2/user"
	return []Operation{
		Documented.call("GET "+base, UserList),
		Documented.call("GET "+base+"/settings", UserReadSettings),
		Documented.call("GET "+base+"/getUserViews", ViewsRead), // not in the list of USER_READ
		Documented.call("POST "+base, UserCreate, ActivationSend),
		Documented.call("PUT "+base+"/{id}", UserUpdate, UserRename),
		Documented.call("PUT "+base+"/updateUserView", ViewsSet),
		Documented.call("PUT "+base+"/maxChats", CapacitySet),
		Documented.call("PUT "+base+"/chatSoundNewMessage", PreferencesSet),
		Documented.call("PUT "+base+"/notifyOnTicketAssignment", PreferencesSet),
		Documented.call("POST "+base+"/userStatistic", StatisticSet),
		Documented.call("DELETE "+base+"/userStatistic", StatisticDelete),
		Documented.call("PUT "+base+"/watch", WatchSet),
		Documented.call("POST "+base+"/refreshTab", TabRefresh),
		Documented.call("POST "+base+"/updateStatus", PresenceSet),
		Documented.call("PUT "+base+"/ticketIncognitoMode", IncognitoSet),
		Documented.call("PUT "+base+"/callsAutoAnswer", PreferencesSet),
		Documented.call("POST "+base+"/userCampaignState", CampaignSet),
		Documented.call("POST "+base+"/statusLock", StatusLock),
		Documented.call("POST "+base+"/statusLockDelete", StatusUnlock),
		Documented.call("PUT "+base+"/usernameUpdate", UserRename),
		Documented.call("PUT "+base+"/firstnameUpdate", UserUpdate),
		Documented.call("PUT "+base+"/lastnameUpdate", UserUpdate),
		Documented.call("POST "+base+"/reserveUserForLiveChannel", Reserve),
	}
}
