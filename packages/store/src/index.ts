export { startEmbeddedDatabase } from './embedded-database.ts';
export { openStore, type StoreOptions } from './open-store.ts';
export type {
  BindingRow,
  BindingStore,
  CallFilter,
  CallListFilter,
  CallStore,
  CredentialRow,
  CredentialStore,
  DatabaseServer,
  MessageStore,
  QualityStore,
  RecordingRow,
  RecordingStore,
  Store,
  SubscriberRow,
  SubscriberStore,
} from './store.ts';
export { StoreError } from './store-error.ts';
