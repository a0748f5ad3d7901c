// Forms of rooms that can be asked for from elsewhere: the room is opened, and shows its form.
import { create } from "zustand";
import { useApp } from "../state";

type Form = "engines" | "models";

const useForms = create<{ open: Form | null }>(() => ({ open: null }));

export function openForm(form: Form): void {
  useForms.setState({ open: form });
  useApp.getState().prefer({ room: form });
}

export function useForm(form: Form): [boolean, (isOpen: boolean) => void] {
  return [useForms((s) => s.open === form), (isOpen) => useForms.setState({ open: isOpen ? form : null })];
}
