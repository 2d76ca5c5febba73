// go-imap, version 1 (compiled Go); jobs as in worker.py.

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"syscall"

	"github.com/emersion/go-imap"
	"github.com/emersion/go-imap/client"
)

type job struct {
	Port int    `json:"port"`
	Case string `json:"case"`
}

type answer struct {
	Seconds float64 `json:"seconds"`
	Count   int     `json:"count"`
	Error   string  `json:"error,omitempty"`
}

var items = map[string][]imap.FetchItem{
	"envelope": {imap.FetchUid, imap.FetchFlags, imap.FetchInternalDate, imap.FetchRFC822Size, imap.FetchEnvelope},
	"flags":    {imap.FetchUid, imap.FetchFlags, "MODSEQ"},

	"bodystructure": {imap.FetchUid, imap.FetchBodyStructure},
	"headers":       {imap.FetchUid, imap.FetchFlags, imap.FetchRFC822Size, "BODY.PEEK[HEADER]"},
	"literal":       {imap.FetchUid, "BODY.PEEK[]"},
}

func cpu() float64 {
	var used syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e9
}

func fetch(c *client.Client, name string) (int, error) {
	everybody := new(imap.SeqSet)
	everybody.AddRange(1, 0)
	channel := make(chan *imap.Message, 100)
	done := make(chan error, 1)
	go func() { done <- c.UidFetch(everybody, items[name], channel) }()
	var messages []*imap.Message
	for message := range channel {
		messages = append(messages, message)
	}
	if name == "literal" && len(messages) == 1 {
		for _, literal := range messages[0].Body {
			return literal.Len(), <-done
		}
	}
	return len(messages), <-done
}

func list(c *client.Client) (int, error) {
	channel := make(chan *imap.MailboxInfo, 100)
	done := make(chan error, 1)
	go func() { done <- c.List("", "*", channel) }()
	var mailboxes []*imap.MailboxInfo
	for mailbox := range channel {
		mailboxes = append(mailboxes, mailbox)
	}
	return len(mailboxes), <-done
}

func do(j job) (result answer, err error) {
	c, err := client.Dial(fmt.Sprintf("127.0.0.1:%d", j.Port))
	if err != nil {
		return
	}
	defer c.Logout()
	if err = c.Login("user", "secret"); err != nil {
		return
	}
	if _, err = c.Select(j.Case, true); err != nil {
		return
	}
	runtime.GC()
	before := cpu()
	switch j.Case {
	case "list":
		result.Count, err = list(c)
	case "search":
		var uids []uint32
		uids, err = c.UidSearch(imap.NewSearchCriteria())
		result.Count = len(uids)
	default:
		result.Count, err = fetch(c, j.Case)
	}
	result.Seconds = cpu() - before
	return
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var j job
		if json.Unmarshal(lines.Bytes(), &j) != nil {
			continue
		}
		result, err := do(j)
		if err != nil {
			result.Error = err.Error()
		}
		text, _ := json.Marshal(result)
		fmt.Println(string(text))
	}
}
