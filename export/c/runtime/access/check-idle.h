#pragma once
#include "../scheme/object.h"
#include "../notes.h"

/*
 * 0: no idle note. 1: noted, and RCU readers of that time are still inside. 2: noted, and they have
 * left.
 */
static int check_idle(void)
{
	int answer;

	take_turn();
	answer = !object.noted ? 0 : object.note_waits == 0 ? 2 : 1;
	note("check idle note", show(answer).text);
	return answer;
}
