// Package group ends a program together with the processes that it started.
package group
