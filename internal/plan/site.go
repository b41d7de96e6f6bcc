package plan

import (
	"context"
	"errors"
	"time"

	"github.com/gatepost/gatepost/internal/resource"
)

// Reader reads what is stored, page by page. The cursor of the first page is
// empty; an empty cursor that is returned is the end. Every resource carries its
// ETag, and a person the groups they are in.
type Reader interface {
	SettingsReader
	Instance(ctx context.Context) (resource.Instance, error)
	ConnectorPage(ctx context.Context, cursor string) (page []resource.Connector, next string, err error)
	GroupPage(ctx context.Context, cursor string) (page []resource.Group, next string, err error)
	UserPage(ctx context.Context, cursor string) (page []resource.User, next string, err error)
}

// Site is where a plan is applied. Its methods do what those of
// admin.Administrator of the same names do.
//
// A match is the ETag that the thing must have; one that has another fails with
// an error that is store.ErrStale, one that is gone with store.ErrNotFound, and
// one that is there already, when it should be made, with store.ErrExists. Each
// method does all of its work or none, except DeleteGroup. What a method returns
// carries its ETag.
type Site interface {
	Reader
	SettingsSite
	GroupSite
	GroupDoor
	UserSite
	ConnectorSite
}

// SettingsReader reads what holds for the whole installation.
type SettingsReader interface {
	Settings(ctx context.Context) (resource.Settings, error)
}

// SettingsSite changes what holds for the whole installation.
type SettingsSite interface {
	UpdateSettings(ctx context.Context, match string, change func(*resource.Settings) error) (resource.Settings, error)
}

// GroupSite changes groups and memberships.
type GroupSite interface {
	CreateGroup(ctx context.Context, in resource.Group) (resource.Group, error)
	UpdateGroup(ctx context.Context, name, match string, change func(*resource.Group) error) (resource.Group, error)
	// DeleteGroup goes as far as one call goes and reports whether the group is
	// gone; called again, without a match, it goes on.
	DeleteGroup(ctx context.Context, name, match string) (gone bool, err error)
	AddMember(ctx context.Context, group, email string, until time.Time) error
	RemoveMember(ctx context.Context, group, email string) error
}

// GroupDoor closes groups before they go, and tells what hangs on them.
type GroupDoor interface {
	// CloseGroup keeps new members and grants out of a group until it is changed,
	// opened again or gone, or [idp.ClosedFor] is over.
	CloseGroup(ctx context.Context, name, match string) (resource.Group, error)
	ReopenGroup(ctx context.Context, name, match string) error
	GroupConnectors(ctx context.Context, name string) (slugs []string, err error)
	MemberPage(ctx context.Context, group, cursor string) (page []resource.Member, next string, err error)
}

// UserSite changes people.
type UserSite interface {
	User(ctx context.Context, email string) (resource.User, error)
	// CreateUser makes an active person with the groups that the shape names.
	CreateUser(ctx context.Context, in resource.User) (resource.User, error)
	UpdateUser(ctx context.Context, email, match string, change func(*resource.User) error) (resource.User, error)
	SuspendUser(ctx context.Context, email string) error
	ResumeUser(ctx context.Context, email string) error
	DeleteUser(ctx context.Context, email, match string) error
}

// ConnectorSite changes connectors, their grants and their keys.
type ConnectorSite interface {
	Connector(ctx context.Context, slug string) (resource.Connector, error)
	// CreateConnector makes an inactive connector with its grants, and its key
	// unless that will be uploaded.
	CreateConnector(ctx context.Context, in resource.Connector) (resource.Connector, error)
	UpdateConnector(ctx context.Context, slug, match string, change func(*resource.Connector) error) (resource.Connector, error)
	// MakeKey makes the key of a connector that has none.
	MakeKey(ctx context.Context, slug string) (resource.Key, error)
	UploadKey(ctx context.Context, slug string, privateKey, certificate []byte) (resource.Key, error)
	ActivateConnector(ctx context.Context, slug string) error
	DeactivateConnector(ctx context.Context, slug string) error
	DeleteConnector(ctx context.Context, slug, match string) error
}

// Errors to decide by.
var (
	// ErrMoved says that something is no longer as the plan found it: plan again.
	ErrMoved = errors.New("it has changed since the plan was made")
	// ErrLockdown says that a lockdown is in force, in which no connector shows
	// whether it is active.
	ErrLockdown = errors.New("lockdown is in force: an owner has to lift it first")
)
