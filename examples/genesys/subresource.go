package genesys

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// refs are the skills and devices that a reply shows.
type refs struct{ skills, devices map[int64]user.Reference }

// maxReferences is the number of skills, and of devices, that a list keeps in memory.
const maxReferences = 4096

// loadReferences reads the skills and the devices of the user u and stores them in r. It does not
// read a skill or a device that r already contains. If r contains maxReferences or more skills,
// loadReferences first removes all of them, and does the same for devices. It returns the first
// error of loadReference.
func (c *call) loadReferences(ctx context.Context, r *refs, u *user.User) error {
	if len(r.skills) >= maxReferences || r.skills == nil {
		r.skills = map[int64]user.Reference{}
	}
	if len(r.devices) >= maxReferences || r.devices == nil {
		r.devices = map[int64]user.Reference{}
	}
	for id := range u.Capacity.Skills.All() {
		if err := c.loadReference(ctx, r.skills, user.ReferenceSkill, int64(id)); err != nil {
			return err
		}
	}
	for id := range u.Access.Devices.All() {
		if err := c.loadReference(ctx, r.devices, user.ReferenceDevice, int64(id)); err != nil {
			return err
		}
	}
	return nil
}

// loadReference reads the piece of reference data with the kind and the id, and stores it under the
// id in the map, the parameter into. It does nothing if the map already has the id. If the account
// does not have the piece, loadReference stores the zero Reference. It returns other errors of the
// read, and then leaves the map unchanged.
func (c *call) loadReference(ctx context.Context, into map[int64]user.Reference, kind user.ReferenceKind, id int64) error {
	if _, ok := into[id]; ok {
		return nil
	}
	ref, err := c.Reference(ctx, kind, id)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	into[id] = ref
	return nil
}

// appendSkills appends the skills of the user u to b as a JSON list of the vendor's Skill objects,
// and returns the result. r must contain the skills (loadReferences). The level of a skill is the
// property "level" of its reference data. Without this property the level is "0", the vendor's
// lowest one.
func (r *refs) appendSkills(b []byte, u *user.User) []byte {
	b = append(b, '[')
	for id := range u.Capacity.Skills.All() {
		if b[len(b)-1] != '[' {
			b = append(b, ',')
		}
		ref := r.skills[int64(id)]
		b = append(strconv.AppendInt(append(b, `{"id":"`...), int64(id), 10), '"')
		b = vendorhttp.AppendText(append(b, `,"name":`...), ref.Name)
		if ref.Description != "" {
			b = vendorhttp.AppendText(append(b, `,"description":`...), ref.Description)
		}
		level := ref.Property("level")
		if level == "" {
			level = "0"
		}
		b = append(vendorhttp.AppendText(append(b, `,"level":`...), level), '}')
	}
	return append(b, ']')
}

// deviceTexts are the texts of a Device object, in the vendor's order. They come from the
// properties of the same names. A missing property is left out.
var deviceTexts = []string{
	"deviceState", "phoneNumberUri", "telephonyNetwork", "type", "vendor", "model", "phoneNumber", "location", "localNumber",
	"e164Number", "forwardTo", "voiceEnvironmentUri",
}

// deviceObjects are the objects in a Device object. The property "country.name" is the member name
// of the object country.
var deviceObjects = []struct {
	name    string
	members []string
}{
	{"country", []string{"name", "code", "callingCode"}},
	{"userState", []string{"id", "displayName", "state"}},
}

// appendDevices appends the devices of the user u to b as a JSON list of the vendor's Device
// objects, and returns the result. r must contain the devices (loadReferences).
func (r *refs) appendDevices(b []byte, u *user.User) []byte {
	b = append(b, '[')
	for id := range u.Access.Devices.All() {
		if b[len(b)-1] != '[' {
			b = append(b, ',')
		}
		b = appendDevice(b, int64(id), r.devices[int64(id)], doNotDisturb(u))
	}
	return append(b, ']')
}

// appendDevice appends a Device object to b as JSON and returns the result. id is the id of the
// device, and ref is the reference data with the other members. dnd is the user's doNotDisturb. ref
// has the capabilities as one text with commas; the object has an array.
func appendDevice(b []byte, id int64, ref user.Reference, dnd string) []byte {
	b = append(appendDeviceID(append(b, `{"id":"`...), id), '"')
	b = appendTexts(b, ref, "", deviceTexts)
	for _, object := range deviceObjects {
		if members := appendTexts(nil, ref, object.name+".", object.members); len(members) > 0 {
			b = append(append(append(b, `,"`...), object.name...), `":{`...)
			b = append(append(b, members[1:]...), '}') // without the first comma
		}
	}
	b = vendorhttp.AppendText(append(b, `,"doNotDisturb":`...), dnd)
	b = append(b, `,"capabilities":[`...)
	for name := range strings.SplitSeq(ref.Property("capabilities"), ",") {
		if name == "" {
			continue
		}
		if b[len(b)-1] != '[' {
			b = append(b, ',')
		}
		b = vendorhttp.AppendText(b, name)
	}
	return append(b, `]}`...)
}

// appendTexts appends the members that the reference data has, each after a comma.
func appendTexts(b []byte, ref user.Reference, prefix string, names []string) []byte {
	for _, name := range names {
		if text := ref.Property(prefix + name); text != "" {
			b = append(append(append(b, `,"`...), name...), `":`...)
			b = vendorhttp.AppendText(b, text)
		}
	}
	return b
}

// appendDeviceID appends the id of a device to b, as a UUID with dashes, and returns the result.
// The id of a user has no dashes.
func appendDeviceID(b []byte, id int64) []byte {
	hex := appendID(nil, user.ID(id))
	for i, part := range [...]int{8, 4, 4, 4, 12} {
		if i > 0 {
			b = append(b, '-')
		}
		b = append(b, hex[:part]...)
		hex = hex[part:]
	}
	return b
}
