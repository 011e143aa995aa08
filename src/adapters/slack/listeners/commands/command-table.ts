import type { CommandName } from '../../cards/command-list.ts';
import { acceptCommand } from './accept-command.ts';
import { ackCommand } from './ack-command.ts';
import type { Command } from './command.ts';
import { helpCommand } from './help-command.ts';
import { incidentCommand } from './incident-command.ts';
import { incidentsCommand } from './incidents-command.ts';
import { logsCommand } from './logs-command.ts';
import { patternsCommand } from './patterns-command.ts';
import { queryCommand } from './query-command.ts';
import { reopenCommand } from './reopen-command.ts';
import { resolveCommand } from './resolve-command.ts';
import { depsCommand, slowCommand } from './service-question-commands.ts';
import { statusCommand } from './status-command.ts';
import { traceCommand } from './trace-command.ts';

/** Every command of the list that help shows. */
export const COMMAND_TABLE: Readonly<Record<CommandName, Command>> = {
  help: helpCommand,
  status: statusCommand,
  incidents: incidentsCommand,
  incident: incidentCommand,
  ack: ackCommand,
  resolve: resolveCommand,
  reopen: reopenCommand,
  accept: acceptCommand,
  query: queryCommand,
  trace: traceCommand,
  deps: depsCommand,
  slow: slowCommand,
  logs: logsCommand,
  patterns: patternsCommand,
};
