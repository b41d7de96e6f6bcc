// Package api is the face of /api/v1: the config API, by which programs do what
// administrators do. The command line uses it too, over the network or in its own
// process.
//
// What it may do for whom is decided by [admin.Administrator]; what is wrong with a
// connector, a person or a group is told by the domain. This package reads
// requests, strictly, and writes answers:
//
//   - bodies go through package strict before anything sees them; a framework
//     (huma) has the routes and makes the OpenAPI document from the code, and is
//     not asked to read or to judge bodies and parameters;
//   - what says no is a problem of RFC 9457, with a pointer to each wrong field,
//     all at once;
//   - connectors, people and groups have an ETag, and are changed only by who says
//     which version they read (If-Match); 412 tells what is there now and who
//     changed it;
//   - PUT replaces: what is left out has its default, and what cannot change may be
//     sent back as it was read. PATCH is a merge patch (RFC 7396);
//   - lists come in pages.
//
// A route is a method of one of the files named for what it is about, and is added
// with its description in the method that begins the file.
package api
