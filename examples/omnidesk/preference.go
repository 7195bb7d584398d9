package omnidesk

import (
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// patch is the last step of an endpoint that changes one user. It calls done, applies p to the user
// with the id, and returns a reply with the message. If done returns an error, patch changes
// nothing. Errors: those of done; those of roster.Handle.Patch.
func (c *call) patch(id user.ID, p user.Patch, message string) ([]byte, error) {
	if err := c.done(); err != nil {
		return nil, err
	}
	_, err := c.handle.Patch(c.context(), id, p)
	return done(message, err)
}

// updateView implements PUT /user/updateUserView: "Updates the selected views for this user." It
// adds the view in the parameter viewID to the user's selected views if the parameter newValue is
// true, and removes this view if newValue is false. The other views stay as they are. The parameter
// userID names the user; without it, the user is the one that the API key acts as. Errors: those of
// done; those of roster.Handle.SetView, for example for a view that the account does not have.
func updateView(c *call) ([]byte, error) {
	id := c.targetID()
	viewID, _ := c.Int("viewID")
	selected := c.state("newValue")
	if err := c.done(); err != nil {
		return nil, err
	}
	c.as(validate.Element(user.AttrViews.Path(), 0), "viewID") // a set of one
	c.as(user.AttrViews.Path(), "viewID")
	_, err := c.handle.SetView(c.context(), id, user.ViewID(viewID), selected)
	return done("View updated.", err)
}

// maxChats implements PUT /user/maxChats: "Updates the maximum chats for this user." It sets the
// user's greatest number of chats to the parameter maxChats. The parameter userID names the user;
// without it, the user is the one that the API key acts as. Errors: those of call.patch.
func maxChats(c *call) ([]byte, error) {
	id := c.targetID()
	n, _ := c.Int("maxChats")
	c.as(user.AttrMaxChats.Path(), "maxChats")
	return c.patch(id, user.Patch{MaxChats: user.Set(int(n))}, "Maximum chats updated.")
}

// chatSound implements PUT chatSoundNewMessage: "Updates the chat sound on or off for this user."
func chatSound(c *call) ([]byte, error) {
	id, on := c.targetID(), c.state("state")
	return c.patch(id, user.Patch{ChatSound: user.Set(on)}, "Chat sound updated.")
}

// notifyAssignment implements PUT notifyOnTicketAssignment: "Sets the setting to notify the user on
// ticket assignment on or off for this user."
func notifyAssignment(c *call) ([]byte, error) {
	id, on := c.targetID(), c.state("state")
	return c.patch(id, user.Patch{NotifyAssignment: user.Set(on)}, "Notification updated.")
}

// incognito implements PUT ticketIncognitoMode: "Updates this user's incognito mode on tickets."
func incognito(c *call) ([]byte, error) {
	id, on := c.targetID(), c.state("state")
	return c.patch(id, user.Patch{Incognito: user.Set(on)}, "Incognito mode updated.")
}

// autoAnswer implements PUT callsAutoAnswer: "Updates this user's setting on automatically
// answering calls."
func autoAnswer(c *call) ([]byte, error) {
	id, on := c.targetID(), c.state("state")
	return c.patch(id, user.Patch{AutoAnswer: user.Set(on)}, "Automatic answering updated.")
}

// campaignState implements POST /user/userCampaignState: "Sets this user's active or inactive
// campaigns." It makes a user active in a campaign if the parameter state is true, and inactive if
// state is false. The parameter campaign is the name of the campaign. A campaign that the user does
// not have yet is added. The parameter userID names the user; without it, the user is the one that
// the API key acts as. Errors: those of done; those of roster.Handle.SetCampaign.
func campaignState(c *call) ([]byte, error) {
	id := c.targetID()
	name := c.text("campaign")
	active := c.state("state")
	if err := c.done(); err != nil {
		return nil, err
	}
	c.as(user.AttrCampaigns.Path(), "campaign")
	_, err := c.handle.SetCampaign(c.context(), id, user.Campaign{Name: name, Active: active})
	return done("Campaign state updated.", err)
}

// refreshTab implements POST refreshTab: "Invokes a refresh on this tab." It records a request to
// refresh a browser tab of the user that the API key acts as. The parameter tabID is the name of
// the tab. A host of the library reads the record and refreshes the tab. Errors: those of done;
// those of roster.Handle.RefreshTab.
func refreshTab(c *call) ([]byte, error) {
	tab := c.text("tabID")
	if err := c.done(); err != nil {
		return nil, err
	}
	_, err := c.handle.RefreshTab(c.context(), tab)
	return done("Tab refreshed.", err)
}
