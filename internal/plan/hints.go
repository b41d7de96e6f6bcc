package plan

import "github.com/gatepost/gatepost/internal/idp"

func (*Connector) keyField() string { return "slug" }
func (*Group) keyField() string     { return "name" }
func (*Member) keyField() string    { return "email" }
func (*User) keyField() string      { return "email" }

func (c *Connector) setDefaults() {
	confirm := true
	c.Kind, c.Shown, c.ConfirmCross = string(idp.KindAWS), true, &confirm
}

func (u *User) setDefaults() { u.Active = true }

// kept answers for the fields of the config API that a file does not have.
func kept(field string) (reason, remedy string) {
	switch field {
	case "version", "etag", "created_at", "updated_at", "id":
		return "is kept by the server", "leave it out"
	}
	return "", ""
}

func (*Connector) hint(field string) (reason, remedy string) {
	switch field {
	case "image_url", "image":
		return "is not in files: images are uploaded", "leave it out; an image that is there stays"
	case "private_key", "certificate", "key_file":
		return "is not in files: keys stand beside them", "name the files as private_key_file and certificate_file"
	}
	return kept(field)
}

func (*Key) hint(field string) (reason, remedy string) {
	switch field {
	case "state", "fingerprint", "not_before", "not_after":
		return "is kept by the server", "leave it out"
	}
	return "", ""
}

func (*Group) hint(field string) (reason, remedy string) {
	if field == "connectors" {
		return "is written with the connectors", "name the group under groups of each connector"
	}
	return kept(field)
}

func (*User) hint(field string) (reason, remedy string) {
	switch field {
	case "groups":
		return "is written with the groups", "list the person under members of each group"
	case "password":
		return "is a secret, and files hold none", "leave it out, and send a link: gatepost user password-link EMAIL"
	}
	return kept(field)
}
